import { type ClickHouseClient, type Dimension, type Period, readWatermark } from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'

import { type AnnualRow, annualRows } from './annual.ts'
import { type Day, daysOfYears, wholePeriods } from './calendar.ts'
import type { DailyCount, DailyFilter, DailyRow } from './counts.ts'
import { assertDayRange, dailyRows, withRegion } from './daily.ts'
import { membersByRegionRows, membersRows, type MembersRow } from './members.ts'
import { type Metric, METRICS } from './metrics.ts'
import { readAnnualCounts, readDailyCounts, readMembers } from './read-counts.ts'
import type { Reference } from './reference/reference.ts'

interface ReportSource {
  client: ClickHouseClient
  /** The reporting time zone, in which the client's database counts its days. */
  timeZone: string
  clock: Pick<Clock, 'now'>
  /** How long after the end of a day its last events may still arrive; 48 hours without it. */
  grace_ms?: number | undefined
}

interface AnnualRequest extends ReportSource {
  /** Ascending. */
  years: readonly number[]
  /** All of them without this. */
  metrics?: readonly Metric[]
  /** Without it there are no rates, and no metric that needs one of its figures. */
  reference?: Reference | undefined
}

/**
 * The annual figures, by metric and year, each compared with the year before even where that one is not asked for.
 * Years without any event are left out.
 *
 * @throws {CaretallyError} when ClickHouse fails
 */
export async function annualReport(request: AnnualRequest): Promise<AnnualRow[]> {
  const { client, timeZone, grace_ms, years, metrics = METRICS, reference } = request
  if (years.length === 0) return []
  const withMembers = metrics.some(({ annual }) => annual.rule === 'merged_distinct')
  const counts = await readAnnualCounts(client, { years, withMembers })
  return annualRows({ metrics, years, ...counts, timeZone, grace_ms, reference })
}

/**
 * The interactions by kind on each day of these years, of which there is at least one, and of those between them.
 *
 * @throws {CaretallyError} when ClickHouse fails
 */
export async function annualDays(client: ClickHouseClient, years: readonly number[]): Promise<DailyCount[]> {
  const { from, to } = daysOfYears(years)
  const { counts } = await readDailyCounts(client, { from, to, by: ['kind'] })
  return counts
}

interface DailyRequest extends ReportSource {
  from: Day
  to: Day
  by: readonly Dimension[]
  /** All that was counted without this. */
  where?: DailyFilter
}

/**
 * The counts of each day from `from` to `to`, both included. By region, what few people did is suppressed.
 *
 * @throws {CaretallyError} `range_invalid`, or when ClickHouse fails
 */
export async function dailyReport(request: DailyRequest): Promise<DailyRow[]> {
  const { client, timeZone, clock, grace_ms, from, to, by, where = {} } = request
  assertDayRange(from, to)
  const watermark_ms = await readWatermark(client) // before the counts, which then have at least what it says
  const { region = [], ...others } = where
  const asked = { from, to, by: region.length > 0 ? withRegion(by) : by, where: others }
  const counts = await readDailyCounts(client, asked)
  return dailyRows({ from, to, by, where, ...counts, timeZone, now_ms: clock.now(), watermark_ms, grace_ms })
}

interface MembersRequest extends Omit<ReportSource, 'clock' | 'grace_ms'> {
  from: Day
  to: Day
  by: Period
  byRegion: boolean
  /** Counted from the raw events, of which all of the time are read. */
  exact: boolean
}

/**
 * The distinct members of each period that the range touches. A period is counted whole, however little of it lies in the
 * range: were it cut, the difference of two ranges would tell the members of a single day. One without events has no row.
 *
 * @throws {CaretallyError} `range_invalid`, or when ClickHouse fails
 */
export async function membersReport({ from, to, by, byRegion, ...request }: MembersRequest): Promise<MembersRow[]> {
  assertDayRange(from, to)
  const counts = await readMembers({ ...request, ...wholePeriods({ from, to }, by), by, byRegion })
  return byRegion ? membersByRegionRows(counts) : membersRows(counts)
}
