import { daysInYear, formatDays } from './calendar.ts'
import type { AnnualMembers, AnnualSum, CountedDays } from './counts.ts'
import { divide, type Fraction, fraction, percentChange, toDecimal } from './fraction.ts'
import { countEvents, evaluate, type Metric, type Unit } from './metrics.ts'
import { hasInputs } from './reference/inputs.ts'
import { ratesOf, type Rates } from './reference/rates.ts'
import { figuresOf, type Reference, type YearFigures } from './reference/reference.ts'
import { GRACE_MS, missingDays, type YearStatus, yearStatus } from './status.ts'

/**
 * One metric in one year, with its definition; its rates too, where a reference is given. The field names are those of
 * the exported files.
 */
export interface AnnualRow extends Partial<Rates> {
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
  /** Events that the value was made from; of a share, those of the whole. */
  events: number
  /** The value of the year before; null when that year has no events, or its reference lacks what the metric needs. */
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
  /** The days that are final and have no event, as ISO 8601 writes days and intervals: `2016-02-29 2016-05-01/2016-05-07`. */
  missing_days: string
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
  /** As for {@link yearStatus}. */
  watermark_ms: number
  grace_ms?: number | undefined
  reference?: Reference | undefined
}

/**
 * The rows of each metric, by year. A year without any event has no rows: nothing is known of it, not even a zero. Nor has
 * a metric a row where the reference lacks the figure that it needs.
 *
 * Changes and daily means come from the exact values; each figure is rounded once, halves away from zero.
 */
export function annualRows(question: AnnualQuestion): AnnualRow[] {
  const {
    metrics,
    years,
    sums,
    members,
    countedDays,
    timeZone,
    watermark_ms,
    grace_ms = GRACE_MS,
    reference,
  } = question
  const daysByYear = new Map(countedDays.map(({ year, days }) => [year, days]))
  const membersByYear = new Map(members.map(({ year, members }) => [year, members]))
  const factsOf = (year: number): YearFacts | null => {
    const days = daysByYear.get(year) ?? []
    if (days.length === 0) return null
    const progress = { timeZone, watermark_ms, grace_ms }
    const missing = missingDays(year, days, progress)
    return {
      year,
      days: days.length,
      missing: formatDays(missing),
      status: yearStatus(year, missing, progress),
      sums: sums.filter((sum) => sum.year === year),
      members: membersByYear.get(year) ?? 0,
      figures: figuresOf(reference, year),
    }
  }
  const pairs = years.map((year) => ({ now: factsOf(year), before: factsOf(year - 1) }))
  return metrics.flatMap((metric) =>
    pairs.flatMap(({ now, before }) =>
      now === null || !hasInputs(metric, now.figures) ? [] : [annualRow(metric, now, before, reference)],
    ),
  )
}

interface YearFacts {
  year: number
  days: number
  missing: string
  status: YearStatus
  sums: readonly AnnualSum[]
  members: number
  figures: YearFigures
}

function annualRow(
  metric: Metric,
  now: YearFacts,
  before: YearFacts | null,
  reference: Reference | undefined,
): AnnualRow {
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
    events: countEvents(metric, now.sums),
    previous: rounded(previous, valueDecimals),
    previous_status: before && before.status,
    change_pct: changePct(value, previous),
    per_day_change_pct: changePct(perDay, previousPerDay),
    days: now.days,
    days_in_year: daysInYear(now.year),
    missing_days: now.missing,
    status: now.status,
    title: metric.title,
    unit: metric.unit,
    definition: metric.definition,
    ...(reference && ratesOf({ metric, value, previous, year: now.year, reference })),
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
