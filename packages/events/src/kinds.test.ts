import { expect, test } from 'vitest'

import { eventTypeOf, kindOf, KINDS, REGIONS } from './kinds.ts'

test('each kind has a type of its own that leads back to it', () => {
  expect(KINDS.map(eventTypeOf)).toStrictEqual([
    'org.caretally.login.v1',
    'org.caretally.telehealth.v1',
    'org.caretally.message.v1',
    'org.caretally.refill.v1',
    'org.caretally.lab_view.v1',
  ])
  expect(KINDS.map((kind) => kindOf(eventTypeOf(kind)))).toStrictEqual([...KINDS])
})

test.each(['org.caretally.login.v2', 'org.caretally.login', 'login', 'constructor', '', null, 1, {}])(
  'type %j has no kind',
  (type) => {
    expect(kindOf(type)).toBeUndefined()
  },
)

test('the regions are 50 states and DC, each once, in alphabetical order', () => {
  expect(REGIONS).toHaveLength(51)
  expect([...new Set(REGIONS)].sort()).toStrictEqual([...REGIONS])
  expect(REGIONS).toContain('DC')
})
