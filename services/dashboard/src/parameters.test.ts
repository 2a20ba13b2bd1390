import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { dayParameter, listOf, readParameters, yearsParameter } from './parameters.ts'

const schema = z.strictObject({
  day: dayParameter,
  kinds: listOf(['login', 'refill']).optional(),
  years: yearsParameter.optional(),
})

describe('parameters', () => {
  test('a list has each value once, in one order, however it was written', () => {
    expect(readParameters(schema, { day: '2016-02-29', kinds: 'refill,login,refill' })).toEqual({
      parameters: { day: '2016-02-29', kinds: ['login', 'refill'] },
    })
  })

  test.each([
    '2015-02-29',
    '1999-12-31',
    '2149-01-01',
    '2016-2-1',
    '2016-02-29T00:00',
    '',
    [['2016-02-29', '2016-02-29']],
  ])('%j is no day that can be counted', (day) => {
    expect(readParameters(schema, { day })).toMatchObject({ problems: [{ parameter: 'day' }] })
  })

  test('whatever is wrong with a query, nothing of it comes back', () => {
    const marked = fc.string().map((text) => `\u2020${text}`) // no text of ours has this sign
    const query = fc.dictionary(
      fc.constantFrom('day', 'kinds', 'years', '\u2020other'),
      fc.oneof(marked, fc.array(marked)),
      {
        minKeys: 1,
      },
    )
    fc.assert(
      fc.property(query, (query) => {
        const answer = readParameters(schema, query)
        expect(answer).toHaveProperty('problems')
        expect(JSON.stringify(answer)).not.toContain('\u2020')
      }),
    )
  })
})
