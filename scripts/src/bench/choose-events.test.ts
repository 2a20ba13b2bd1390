import { countPlanned, datesBetween } from '@caretally/producers'
import { expect, test } from 'vitest'

import { chooseEvents } from './choose-events.ts'

const DAY_EVENTS_MAX = 1_000_000

test.each([10_000, 20_000, 500_000, 2_000_000, 4_000_000])(
  'of %i events there are as many, and not many more',
  (wanted) => {
    const { plan, from, to, events } = chooseEvents(wanted, 1)
    expect(countPlanned(plan, datesBetween(from, to))).toBe(events)
    expect(events).toBeGreaterThanOrEqual(wanted)
    expect(events).toBeLessThan(wanted + DAY_EVENTS_MAX)
    expect(Number.isInteger(plan.scale)).toBe(true)
  },
)

test('more than a day is in full size, and a part of a day is one day', () => {
  expect(chooseEvents(2_000_000, 1).plan.scale).toBe(1)
  const { from, to } = chooseEvents(20_000, 1)
  expect(from).toBe(to)
})
