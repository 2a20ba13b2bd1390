import { type Kind, KINDS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { datesBetween } from './calendar.ts'
import { createPlan } from './plan.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import { daysOfShare } from './shares.ts'

const plan = createPlan({ scenario: kaiserScenario, scale: 100, seed: 1, timeZone: 'UTC' })
const count = (date: string, kind: Kind) => plan.quota(date, kind).count

test('every kind of every day is in one share, and no share has more than another by more than one of them', () => {
  const someKinds = fc.subarray([...KINDS], { minLength: 1 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), someKinds, fc.integer({ min: 1, max: 9 }), (days, kinds, of) => {
      const dates = datesBetween('2016-06-06', '2016-12-31').slice(0, days)
      const shares = Array.from({ length: of }, (_, index) => [...daysOfShare(plan, dates, kinds, { index, of })])
      const dealt = shares.map((share) => share.flatMap((day) => day.kinds.map((kind) => `${day.date} ${kind}`)))
      expect(dealt.flat().sort()).toEqual(dates.flatMap((date) => kinds.map((kind) => `${date} ${kind}`)).sort())
      const events = shares.map((share) =>
        share.reduce((sum, day) => sum + day.kinds.reduce((some, kind) => some + count(day.date, kind), 0), 0),
      )
      const greatest = Math.max(...dates.flatMap((date) => kinds.map((kind) => count(date, kind))))
      expect(Math.max(...events) - Math.min(...events)).toBeLessThanOrEqual(greatest)
    }),
  )
})

test('the only share has all kinds of all days, in their order', () => {
  const dates = datesBetween('2016-06-06', '2016-06-08')
  const all = [...daysOfShare(plan, dates, KINDS, { index: 0, of: 1 })]
  expect(all).toEqual(dates.map((date) => ({ date, kinds: KINDS })))
})
