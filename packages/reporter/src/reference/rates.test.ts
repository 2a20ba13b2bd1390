import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { fraction } from '../fraction.ts'
import { findMetrics, type Metric } from '../metrics.ts'
import { ratesOf } from './rates.ts'
import type { Reference, YearFigures } from './reference.ts'

const [logins, mobileShare, visits, digitalShare] = findMetrics([
  'logins',
  'mobile_login_share',
  'telehealth_visits',
  'digital_visit_share',
]) as [Metric, Metric, Metric, Metric]

const source = 'annual report'
const members = { value: 10_700_000, source }
const physicians = { value: 19_479, source }

describe("the article's year", () => {
  const reference = referenceOf({ 2016: { members, physicians } })

  test('a sum is divided by the members and by the physicians', () => {
    const rates = ratesOf({ metric: logins, value: fraction(248_148_000), previous: null, year: 2016, reference })
    expect(rates).toEqual({
      per_member: 23.191,
      per_physician: 12_739.3,
      reference: 'Valley Health, 2016: 10,700,000 members, 19,479 physicians (annual report)',
    })
  })

  test('a share has no rates, and takes nothing from the reference', () => {
    const rates = ratesOf({ metric: mobileShare, value: fraction(61, 100), previous: null, year: 2016, reference })
    expect(rates).toEqual({ per_member: null, per_physician: null, reference: null })
  })
})

describe('what the reference does not give', () => {
  test('is null, and what it gives stands beside', () => {
    const rates = (figures: YearFigures) =>
      ratesOf({
        metric: visits,
        value: fraction(5),
        previous: null,
        year: 2016,
        reference: referenceOf({ 2016: figures }),
      })
    expect(rates({ members: { value: 10, source } })).toMatchObject({ per_member: 0.5, per_physician: null })
    expect(rates({ physicians: { value: 10, source } })).toMatchObject({ per_member: null, per_physician: 0.5 })
    const nothing = { per_member: null, per_physician: null, reference: null }
    expect(rates({ hospitals: { value: 10, source } })).toEqual(nothing)
  })

  test('is never taken from another year', () => {
    const reference = referenceOf({ 2015: { members, physicians }, 2017: { members, physicians } })
    const rates = ratesOf({ metric: visits, value: fraction(5), previous: null, year: 2016, reference })
    expect(rates).toEqual({ per_member: null, per_physician: null, reference: null })
  })
})

describe('the sources', () => {
  test('are named for each figure where they differ', () => {
    const reference = referenceOf({ 2016: { members, physicians: { value: 20, source: 'census' } } })
    const rates = ratesOf({ metric: visits, value: fraction(5), previous: null, year: 2016, reference })
    expect(rates.reference).toBe('Valley Health, 2016: 10,700,000 members (annual report), 20 physicians (census)')
  })

  test('are those of both years for a share that is compared, and of one for a share that is not', () => {
    const reference = referenceOf({
      2015: { in_person_visits: { value: 4_000, source: 'filing' } },
      2016: { in_person_visits: { value: 3_000, source } },
    })
    const question = { metric: digitalShare, value: fraction(1, 4), year: 2016, reference }
    expect(ratesOf({ ...question, previous: fraction(1, 5) }).reference).toBe(
      'Valley Health, 2015: 4,000 in-person visits (filing); 2016: 3,000 in-person visits (annual report)',
    )
    expect(ratesOf({ ...question, previous: null }).reference).toBe(
      'Valley Health, 2016: 3,000 in-person visits (annual report)',
    )
  })
})

describe('whatever the numbers', () => {
  const count = fc.integer({ min: 0, max: 10 ** 12 })
  const people = fc.integer({ min: 1, max: 10 ** 9 })

  test('a rate is within half a unit of its last decimal of the exact quotient', () => {
    fc.assert(
      fc.property(count, people, people, (value, memberCount, physicianCount) => {
        const { per_member, per_physician } = ratesAmong(value, memberCount, physicianCount)
        expect(isNearest(per_member!, 3, value, memberCount)).toBe(true)
        expect(isNearest(per_physician!, 1, value, physicianCount)).toBe(true)
      }),
    )
  })

  test('a rate does not depend on the scale', () => {
    fc.assert(
      fc.property(count, people, people, fc.integer({ min: 1, max: 1_000 }), (value, among, others, scale) => {
        const { per_member, per_physician } = ratesAmong(value, among, others)
        expect(ratesAmong(value * scale, among * scale, others * scale)).toMatchObject({ per_member, per_physician })
      }),
    )
  })
})

function ratesAmong(value: number, memberCount: number, physicianCount: number) {
  const figures = { members: { value: memberCount, source }, physicians: { value: physicianCount, source } }
  return ratesOf({
    metric: logins,
    value: fraction(value),
    previous: null,
    year: 2016,
    reference: referenceOf({ 2016: figures }),
  })
}

/** Whether `rate`, with so many decimals, is the nearest to `value / among`; in whole numbers, so that nothing is rounded. */
function isNearest(rate: number, decimals: number, value: number, among: number): boolean {
  const scale = 10 ** decimals
  const error = BigInt(Math.round(rate * scale)) * BigInt(among) - BigInt(scale) * BigInt(value)
  return 2n * (error < 0n ? -error : error) <= BigInt(among)
}

function referenceOf(years: Record<number, YearFigures>): Reference {
  return {
    title: 'Valley Health',
    years: new Map(Object.entries(years).map(([year, figures]) => [Number(year), figures])),
  }
}
