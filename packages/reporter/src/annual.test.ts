import { describe, expect, test } from 'vitest'

import { type AnnualRow, annualRows } from './annual.ts'
import { eachDay } from './calendar.ts'
import type { AnnualMembers, AnnualSum, CountedDays } from './counts.ts'
import { METRICS } from './metrics.ts'
import type { Reference, YearFigures } from './reference/reference.ts'

const watermark_ms = Date.parse('2017-06-01T00:00:00Z')

/** The article's two years at a thousandth of their size; see the split that the `kaiser` scenario assumes. */
const sums: AnnualSum[] = [
  ...year(2015, { lab_view: 40_500, message: 22_300, refill: 19_400, telehealth: 27_700, web: 35_298, mobile: 43_142 }),
  ...year(2016, { lab_view: 45_400, message: 23_600, refill: 21_800, telehealth: 36_400, web: 47_170, mobile: 73_778 }),
]
const members: AnnualMembers[] = [
  { year: 2015, members: 4000 },
  { year: 2016, members: 5000 },
]
const complete: CountedDays[] = [firstDays(2015, 365), firstDays(2016, 366)]

describe("the article's years", () => {
  const rows = report([2015, 2016], complete)

  test('digital interactions rise by 31.4% a day and by 31.8% in total', () => {
    expect(find(rows, 'digital_interactions', 2015)).toMatchObject({ value: 188_340, per_day: 516 })
    expect(find(rows, 'digital_interactions', 2016)).toMatchObject({
      value: 248_148,
      per_day: 678,
      previous: 188_340,
      change_pct: 31.8,
      per_day_change_pct: 31.4,
    })
  })

  test.each([
    ['prescriptions_refilled', 19_400, 21_800, 12.4],
    ['lab_results_viewed', 40_500, 45_400, 12.1],
    ['messages_exchanged', 22_300, 23_600, 5.8],
  ])('%s go from %i to %i', (metric, before, value, change_pct) => {
    expect(find(rows, metric, 2016)).toMatchObject({ value, previous: before, change_pct })
  })

  test('care interactions are nearly 110 million in 2015', () => {
    expect(find(rows, 'care_interactions', 2015).value).toBe(109_900)
  })

  test('the mobile share is a fraction without a daily mean, and its change is relative', () => {
    expect(find(rows, 'mobile_login_share', 2016)).toMatchObject({
      value: 0.61,
      previous: 0.55,
      change_pct: 10.9,
      per_day: null,
      per_day_change_pct: null,
    })
  })

  test('active members are those of the year, without a daily mean', () => {
    expect(find(rows, 'active_members', 2016)).toMatchObject({
      value: 5000,
      previous: 4000,
      change_pct: 25,
      per_day: null,
      per_day_change_pct: null,
    })
  })

  test('both years are final, with 365 of 365 and 366 of 366 days', () => {
    for (const row of rows) {
      const days = row.year === 2015 ? 365 : 366
      expect(row).toMatchObject({ days, days_in_year: days, status: 'final', missing_days: '' })
    }
  })

  test('there is no change without a year before, though it may be outside the asked years', () => {
    const none = { previous: null, previous_status: null, change_pct: null, per_day_change_pct: null }
    expect(find(rows, 'logins', 2015)).toMatchObject(none)
    expect(find(report([2016], complete), 'logins', 2016)).toEqual(find(rows, 'logins', 2016))
  })

  test('every row names its definition', () => {
    for (const row of rows) {
      const { title, unit, definition, version } = METRICS.find(({ id }) => id === row.metric)!
      expect(row).toMatchObject({ title, unit, definition, version })
    }
  })
})

describe('with a reference', () => {
  const source = 'annual report'
  const members = { value: 10_700, source }
  const visits = (value: number) => ({ in_person_visits: { value, source } })

  test('a sum is divided by the members and physicians of its own year', () => {
    const physicians = { value: 20, source }
    const rows = report([2015, 2016], complete, { 2016: { members, physicians } })
    expect(find(rows, 'digital_interactions', 2016)).toMatchObject({ per_member: 23.191, per_physician: 12_407.4 })
    const nothing = { per_member: null, per_physician: null, reference: null }
    expect(find(rows, 'digital_interactions', 2015)).toMatchObject(nothing)
    expect(find(rows, 'mobile_login_share', 2016)).toMatchObject(nothing)
  })

  test('the digital share of visits is compared with the year before where both are known', () => {
    const rows = report([2015, 2016], complete, { 2015: visits(83_100), 2016: visits(54_600) })
    expect(find(rows, 'digital_visit_share', 2016)).toMatchObject({
      value: 0.4,
      previous: 0.25,
      previous_status: 'final',
      change_pct: 60,
      per_day: null,
      per_member: null,
      reference:
        'Valley Health, 2015: 83,100 in-person visits (annual report); 2016: 54,600 in-person visits (annual report)',
    })
    expect(find(rows, 'digital_visit_share', 2015)).toMatchObject({ value: 0.25, previous: null, change_pct: null })
  })

  test('the digital share of visits has no row in a year whose in-person visits are not known', () => {
    const rows = report([2015, 2016], complete, { 2015: { members }, 2016: visits(54_600) })
    expect(find(rows, 'digital_visit_share', 2015)).toBeUndefined()
    expect(find(rows, 'digital_visit_share', 2016)).toMatchObject({ value: 0.4, previous: null, change_pct: null })
  })

  test('no other figure changes, and without one there are no rates at all', () => {
    const [rated, plain] = [report([2016], complete, { 2016: { members } }), report([2016], complete)]
    expect(rated).toMatchObject(plain)
    for (const row of plain) expect(Object.keys(row)).not.toContain('per_member')
    expect(find(plain, 'digital_visit_share', 2016)).toBeUndefined()
  })

  test('a year without events has no share, though its in-person visits are known', () => {
    expect(report([2017], complete, { 2017: visits(5) })).toEqual([])
  })

  test('the year before gives a share to compare with only if it has events', () => {
    const rows = report([2016], [firstDays(2016, 366)], { 2015: visits(83_100), 2016: visits(54_600) })
    expect(find(rows, 'digital_visit_share', 2016)).toMatchObject({
      previous: null,
      reference: 'Valley Health, 2016: 54,600 in-person visits (annual report)',
    })
  })
})

describe('years that are not complete', () => {
  test('the daily mean is that of the counted days, and the row says what it is compared with', () => {
    const rows = report([2015, 2016], [firstDays(2015, 100), firstDays(2016, 366)])
    expect(find(rows, 'digital_interactions', 2015)).toMatchObject({
      per_day: 1883.4,
      days: 100,
      status: 'partial',
      missing_days: '2015-04-11/2015-12-31',
    })
    expect(find(rows, 'digital_interactions', 2016)).toMatchObject({
      change_pct: 31.8,
      per_day_change_pct: -64,
      status: 'final',
      previous_status: 'partial',
    })
  })

  test('a year without events has no rows and is no year to compare with', () => {
    const rows = report([2015, 2016, 2017], [firstDays(2016, 366)])
    expect(new Set(rows.map(({ year }) => year))).toEqual(new Set([2016]))
    expect(find(rows, 'logins', 2016)).toMatchObject({ previous: null, change_pct: null })
  })

  test('a metric that was zero has no percentage of change', () => {
    const growing = [...year(2015, { web: 10 }), ...year(2016, { web: 10, refill: 5 })]
    const rows = annualRows({
      metrics: METRICS,
      years: [2016],
      sums: growing,
      members,
      countedDays: complete,
      timeZone: 'UTC',
      watermark_ms,
    })
    expect(find(rows, 'prescriptions_refilled', 2016)).toMatchObject({ value: 5, previous: 0, change_pct: null })
    expect(find(rows, 'mobile_login_share', 2016)).toMatchObject({ value: 0, previous: 0, change_pct: null })
  })
})

function report(years: number[], countedDays: CountedDays[], figures?: Record<number, YearFigures>): AnnualRow[] {
  const reference = figures && referenceOf(figures)
  return annualRows({
    metrics: METRICS,
    years,
    sums,
    members,
    countedDays,
    timeZone: 'America/Los_Angeles',
    watermark_ms,
    reference,
  })
}

function referenceOf(years: Record<number, YearFigures>): Reference {
  const entries = Object.entries(years).map(([year, figures]) => [Number(year), figures] as const)
  return { title: 'Valley Health', years: new Map(entries) }
}

/** Events on so many days from the first of January on. */
function firstDays(year: number, count: number): CountedDays {
  return { year, days: eachDay(`${year}-01-01`, `${year}-12-31`).slice(0, count) }
}

function find(rows: AnnualRow[], metric: string, year: number): AnnualRow {
  return rows.find((row) => row.metric === metric && row.year === year)!
}

/** The sums of a year from its events by kind; `web` and `mobile` are the logins. */
function year(year: number, { web = 0, mobile = 0, ...events }: Record<string, number>): AnnualSum[] {
  const logins = { web, mobile }
  return [
    ...Object.entries(logins).map(([channel, count]) => sum(year, 'login', channel, count)),
    ...Object.entries(events).map(([kind, count]) => sum(year, kind, 'web', count)),
  ]
}

function sum(year: number, kind: string, channel: string, count: number): AnnualSum {
  return { year, kind, channel, detail: '', events: count, quantity: count }
}
