import {
  annualSums,
  type ClickHouseClient,
  dailyCounts,
  daysWithEvents,
  type Dimension,
  readWatermark,
  runQuery,
} from '@caretally/clickhouse'

import { type Day, YEAR_MIN } from './calendar.ts'
import type { AnnualSum, CountedDays, DailyCount } from './counts.ts'

/** Without the counts of people: those are shown only where small ones are suppressed. */
const dailyEventCounts = { ...dailyCounts, row: dailyCounts.row.omit({ members: true }) }

/** The counts from `from` to `to`, both included; a day without events has no row. */
export async function readDailyCounts(
  client: ClickHouseClient,
  { from, to, by }: { from: Day; to: Day; by: readonly Dimension[] },
): Promise<DailyCount[]> {
  return runQuery(client, dailyEventCounts, { from, to, by: [...by] })
}

interface AnnualCounts {
  sums: AnnualSum[]
  countedDays: CountedDays[]
  /** All that Kafka appended before this moment is in the counts. */
  watermark_ms: number
}

/** The counts of all years from the one before the first to the last of `years`, of which there is at least one. */
export async function readAnnualCounts(client: ClickHouseClient, years: readonly number[]): Promise<AnnualCounts> {
  const range = { from: Math.max(YEAR_MIN, Math.min(...years) - 1), to: Math.max(...years) }
  const watermark_ms = await readWatermark(client) // before the counts, which then have at least what it says
  const [sums, days] = await Promise.all([runQuery(client, annualSums, range), runQuery(client, daysWithEvents, range)])
  return { sums, countedDays: groupByYear(days), watermark_ms }
}

function groupByYear(days: readonly { year: number; day: Day }[]): CountedDays[] {
  const byYear = new Map<number, Day[]>()
  for (const { year, day } of days) byYear.set(year, [...(byYear.get(year) ?? []), day])
  return [...byYear].map(([year, days]) => ({ year, days }))
}
