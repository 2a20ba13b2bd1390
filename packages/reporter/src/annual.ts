import { daysInYear } from './calendar.ts'
import type { AnnualMembers, AnnualSum, CountedDays } from './counts.ts'
import { divide, type Fraction, fraction, percentChange, toDecimal } from './fraction.ts'
import { evaluate, type Metric, type Unit } from './metrics.ts'
import { type YearStatus, yearStatus } from './status.ts'

/** One metric in one year, with its definition. The field names are those of the exported files. */
export interface AnnualRow {
  year: number
  metric: string
  version: number
  /** A whole number, or for a share a fraction with three decimals; null for a share of nothing. */
  value: number | null
  /**
   * The value divided by `days`, with one decimal. In a complete year these are all its days; in any other year it is
   * the mean of the days that were counted. Null for a share, and for members: each of them is counted once in a year, so
   * the quotient would not be the members of a day.
   */
  per_day: number | null
  /** The value of the year before; null when that year has no events. */
  previous: number | null
  /** The status of the year before: `previous` is only comparable when both are final. */
  previous_status: YearStatus | null
  /**
   * The change from `previous` to `value` in percent of `previous`, one decimal; null without a previous value or when
   * it is zero. That of a share is relative too: from 0.55 to 0.61 is 10.9, though it is 6.0 percentage points.
   */
  change_pct: number | null
  /** The same of `per_day`, which differs where one of the years has a day more, or is not complete. */
  per_day_change_pct: number | null
  /** Days of the year with at least one event of any kind. */
  days: number
  days_in_year: number
  status: YearStatus
  title: string
  unit: Unit
  definition: string
}

const PERCENT_DECIMALS = 1
const PER_DAY_DECIMALS = 1
/** One decimal when it is written in percent. */
const SHARE_DECIMALS = 3

interface AnnualQuestion {
  metrics: readonly Metric[]
  years: readonly number[]
  /** Of the asked years and of the year before each. */
  sums: readonly AnnualSum[]
  /** Of the same years; needed only by metrics of members. */
  members: readonly AnnualMembers[]
  /** Of the same years. */
  countedDays: readonly CountedDays[]
  timeZone: string
  now_ms: number
}

/**
 * The rows of each metric, by year. A year without any event has no rows: nothing is known of it, not even a zero.
 *
 * Changes and daily means come from the exact values; each figure is rounded once, halves away from zero.
 */
export function annualRows(question: AnnualQuestion): AnnualRow[] {
  const { metrics, years, sums, members, countedDays, timeZone, now_ms } = question
  const daysByYear = new Map(countedDays.map(({ year, days }) => [year, days]))
  const membersByYear = new Map(members.map(({ year, members }) => [year, members]))
  const factsOf = (year: number): YearFacts | null => {
    const days = daysByYear.get(year) ?? 0
    if (days === 0) return null
    const status = yearStatus({ year, days, timeZone, now_ms })
    return { year, days, status, sums: sums.filter((sum) => sum.year === year), members: membersByYear.get(year) ?? 0 }
  }
  const pairs = years.map((year) => ({ now: factsOf(year), before: factsOf(year - 1) }))
  return metrics.flatMap((metric) =>
    pairs.flatMap(({ now, before }) => (now === null ? [] : [annualRow(metric, now, before)])),
  )
}

interface YearFacts {
  year: number
  days: number
  status: YearStatus
  sums: readonly AnnualSum[]
  members: number
}

function annualRow(metric: Metric, now: YearFacts, before: YearFacts | null): AnnualRow {
  const value = evaluate(metric, now)
  const previous = before && evaluate(metric, before)
  const perDay = dailyMean(metric, value, now.days)
  const previousPerDay = before && dailyMean(metric, previous, before.days)
  const valueDecimals = metric.unit === 'share' ? SHARE_DECIMALS : 0
  return {
    year: now.year,
    metric: metric.id,
    version: metric.version,
    value: rounded(value, valueDecimals),
    per_day: rounded(perDay, PER_DAY_DECIMALS),
    previous: rounded(previous, valueDecimals),
    previous_status: before && before.status,
    change_pct: changePct(value, previous),
    per_day_change_pct: changePct(perDay, previousPerDay),
    days: now.days,
    days_in_year: daysInYear(now.year),
    status: now.status,
    title: metric.title,
    unit: metric.unit,
    definition: metric.definition,
  }
}

function dailyMean(metric: Metric, value: Fraction | null, days: number): Fraction | null {
  const daysCounted = fraction(days)
  return metric.annual.rule === 'sum' && value && daysCounted ? divide(value, daysCounted) : null
}

function changePct(now: Fraction | null, before: Fraction | null): number | null {
  return now && before && rounded(percentChange(now, before), PERCENT_DECIMALS)
}

function rounded(value: Fraction | null, decimals: number): number | null {
  return value && toDecimal(value, decimals)
}
