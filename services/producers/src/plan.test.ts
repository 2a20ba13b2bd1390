import { type Kind, KINDS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { datesOfYear } from './calendar.ts'
import { createPlan, scaleTotals } from './plan.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'

const SCALES = fc.integer({ min: 1, max: 100_000 })
const YEARS = fc.constantFrom(2015, 2016)

function planAt(scale: number, seed = 1) {
  return createPlan({ scenario: kaiserScenario, scale, seed, timeZone: 'America/Los_Angeles' })
}

function yearOf(year: number) {
  const numbers = kaiserScenario.years.get(year)
  if (!numbers) throw new Error(`no ${year}`)
  return numbers
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

test('the scaled totals are exact shares rounded down or up, and add up to the rounded sum', () => {
  fc.assert(
    fc.property(SCALES, YEARS, (scale, year) => {
      const { totals } = yearOf(year)
      const scaled = scaleTotals(totals, scale)
      expect(sum(Object.values(scaled))).toBe(Math.round(sum(Object.values(totals)) / scale))
      for (const kind of KINDS) expect(Math.abs(scaled[kind] - totals[kind] / scale)).toBeLessThan(1)
    }),
  )
})

test('at 1:1000 the two years have exactly a thousandth of what is published and assumed', () => {
  expect(scaleTotals(yearOf(2015).totals, 1_000)).toEqual({
    login: 78_440,
    telehealth: 27_700,
    message: 22_300,
    refill: 19_400,
    lab_view: 40_500,
  })
  expect(scaleTotals(yearOf(2016).totals, 1_000)).toEqual({
    login: 120_948,
    telehealth: 36_400,
    message: 23_600,
    refill: 21_800,
    lab_view: 45_400,
  })
})

test('the days of a year add up to its scaled totals, kind by kind', () => {
  fc.assert(
    fc.property(SCALES, YEARS, (scale, year) => {
      const plan = planAt(scale)
      const totals = scaleTotals(yearOf(year).totals, scale)
      for (const kind of KINDS) {
        let before = 0
        for (const date of datesOfYear(year)) {
          const quota = plan.quota(date, kind)
          expect(quota.before).toBe(before)
          before += quota.count
        }
        expect(before).toBe(totals[kind])
      }
    }),
    { numRuns: 20 },
  )
})

/** The year's events of a kind by channel and by region, put together from its days. */
function countYear(plan: ReturnType<typeof planAt>, year: number, kind: Kind) {
  const channels = [0, 0]
  const regions = plan.population.regions.map(() => 0)
  for (const date of datesOfYear(year)) {
    const quota = plan.quota(date, kind)
    const [ofChannels, ofRegions] = [new Uint8Array(quota.count), new Uint8Array(quota.count)]
    quota.channels.addTo(ofChannels, quota.before, 1)
    quota.regions.addTo(ofRegions, quota.before, 1)
    for (const channel of ofChannels) channels[channel] = channels[channel]! + 1
    for (const region of ofRegions) regions[region] = regions[region]! + 1
  }
  return { channels, regions }
}

test('over a year the channels and regions of each kind have their shares to the event', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 100_000 }), YEARS, fc.nat(), (scale, year, seed) => {
      const plan = planAt(scale, seed)
      const totals = scaleTotals(yearOf(year).totals, scale)
      for (const kind of KINDS) {
        const { channels, regions } = countYear(plan, year, kind)
        expect(channels[1]).toBe(Math.round(totals[kind] * yearOf(year).mobileShares[kind]))
        expect(sum(channels)).toBe(totals[kind])
        expect(sum(regions)).toBe(totals[kind])
        for (const [index, members] of [...kaiserScenario.members.values()].entries()) {
          expect(Math.abs(regions[index]! - (totals[kind] * members) / 10_700_000)).toBeLessThan(1)
        }
      }
    }),
    { numRuns: 10 },
  )
})

test('the mobile share of logins is printed as 55.0 % and 61.0 % at 1:1000', () => {
  const share = (year: number) => {
    const [web, mobile] = countYear(planAt(1_000), year, 'login').channels
    return ((100 * mobile!) / (web! + mobile!)).toFixed(1)
  }
  expect(share(2015)).toBe('55.0')
  expect(share(2016)).toBe('61.0')
})

test('the scenario has the article’s sums: 516,000 and 678,000 a day, nearly 110 million but logins, 52 % of them web', () => {
  const [before, after] = [yearOf(2015), yearOf(2016)]
  expect(sum(Object.values(before.totals))).toBe(516_000 * 365)
  expect(sum(Object.values(after.totals))).toBe(678_000 * 366)
  const care = KINDS.filter((kind) => kind !== 'login')
  const all = sum(care.map((kind) => before.totals[kind]))
  const web = sum(care.map((kind) => before.totals[kind] * (1 - before.mobileShares[kind])))
  expect(all).toBe(109_900_000)
  expect(((100 * web) / all).toFixed(0)).toBe('52')
  expect(sum([...kaiserScenario.members.values()])).toBe(10_700_000)
})

test('holidays and Sundays are quieter than working days', () => {
  const plan = planAt(100)
  const count = (date: string, kind: Kind) => plan.quota(date, kind).count
  for (const kind of KINDS) {
    expect(count('2016-07-04', kind)).toBeLessThan(0.6 * count('2016-07-11', kind))
    expect(count('2016-07-10', kind)).toBeLessThan(0.7 * count('2016-07-11', kind))
  }
})

test('a date outside the scenario is refused', () => {
  expect(() => planAt(1_000).quota('2017-01-01', 'login')).toThrow('does not cover 2017')
})
