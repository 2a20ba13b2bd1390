import type { ClickHouseClient, Dimension } from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'

import { type AnnualRow, annualRows } from './annual.ts'
import type { Day } from './calendar.ts'
import type { DailyCount, DailyFilter } from './counts.ts'
import { assertDayRange, dailyRows } from './daily.ts'
import { type Metric, METRICS } from './metrics.ts'
import { readAnnualCounts, readDailyCounts } from './read-counts.ts'

interface ReportSource {
  client: ClickHouseClient
  /** The reporting time zone, in which the client's database counts its days. */
  timeZone: string
  clock: Pick<Clock, 'now'>
}

interface AnnualRequest extends ReportSource {
  /** Ascending. */
  years: readonly number[]
  /** All of them without this. */
  metrics?: readonly Metric[]
}

/**
 * The annual figures, by metric and year, each compared with the year before even where that one is not asked for.
 * Years without any event are left out.
 *
 * @throws {CaretallyError} when ClickHouse fails
 */
export async function annualReport(request: AnnualRequest): Promise<AnnualRow[]> {
  const { client, timeZone, clock, years, metrics = METRICS } = request
  if (years.length === 0) return []
  return annualRows({ metrics, years, ...(await readAnnualCounts(client, years)), timeZone, now_ms: clock.now() })
}

interface DailyRequest extends ReportSource {
  from: Day
  to: Day
  by: readonly Dimension[]
  /** All that was counted without this. */
  where?: DailyFilter
}

/**
 * The counts of each day from `from` to `to`, both included.
 *
 * @throws {CaretallyError} `range_invalid`, or when ClickHouse fails
 */
export async function dailyReport(request: DailyRequest): Promise<DailyCount[]> {
  const { client, timeZone, clock, from, to, by, where = {} } = request
  assertDayRange(from, to)
  const counts = await readDailyCounts(client, { from, to, by, where })
  return dailyRows({ from, to, by, counts, timeZone, now_ms: clock.now() })
}
