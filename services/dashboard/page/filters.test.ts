import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { rangesOf, readFilters, writeFilters } from './filters.ts'

const span = { first_day: '2015-01-01', last_day: '2016-12-31' }
const all = { kind: '', channel: '', region: '' }

describe('the address', () => {
  test('that asks for nothing gets the 52 weeks up to the last day, and stays empty', () => {
    const usual = { from: '2016-01-03', to: '2016-12-31', ...all }
    expect(readFilters('', span)).toEqual(usual)
    expect(writeFilters(usual, span)).toBe('')
  })

  test('never gets days before the first one that has been counted', () => {
    const young = { first_day: '2016-12-30', last_day: '2016-12-31' }
    expect(readFilters('', young)).toMatchObject({ from: '2016-12-30', to: '2016-12-31' })
    expect(rangesOf(young)[0]).toMatchObject({ from: '2016-12-30', to: '2016-12-31' })
  })

  test('that has been written reads as what was chosen', () => {
    const chosen = fc.record({
      from: fc.constantFrom('2015-01-01', '2015-02-28'),
      to: fc.constantFrom('2016-02-29', '2016-12-31'),
      kind: fc.constantFrom('', 'login', 'lab_view'),
      channel: fc.constantFrom('', 'web', 'mobile'),
      region: fc.constantFrom('', 'CA', 'DC'),
    })
    fc.assert(
      fc.property(chosen, (filters) => {
        expect(readFilters(writeFilters(filters, span), span)).toEqual(filters)
      }),
    )
  })

  test.each([
    '?from=2016-02-30&to=2016-03-01',
    '?from=2016-03-01&to=2016-02-01',
    '?from=2016-03-01',
    '?from=2000-01-01&to=2099-01-01',
    '?kind=<script>alert(1)</script>&channel=fax&region=XX',
    "?from=2016-01-01' OR 1=1&to=2016-01-02",
  ])('%s is taken for nothing', (search) => {
    expect(readFilters(search, span)).toEqual(readFilters('', span))
  })
})

test('the ranges to choose from are recent weeks, each year and all days', () => {
  expect(rangesOf(span).map(({ label, from, to }) => [label, from, to])).toEqual([
    ['Last 4 weeks', '2016-12-04', '2016-12-31'],
    ['Last 13 weeks', '2016-10-02', '2016-12-31'],
    ['Last 52 weeks', '2016-01-03', '2016-12-31'],
    ['2016', '2016-01-01', '2016-12-31'],
    ['2015', '2015-01-01', '2015-12-31'],
    ['All days', '2015-01-01', '2016-12-31'],
  ])
})
