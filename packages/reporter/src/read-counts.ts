import {
  annualSums,
  type ClickHouseClient,
  dailyEvents,
  daysWithEvents,
  type Dimension,
  runQuery,
} from '@caretally/clickhouse'

import { type Day, YEAR_MIN } from './calendar.ts'
import type { AnnualSum, CountedDays, DailyCount, DailyFilter } from './counts.ts'

/** The counts from `from` to `to`, both included; a day without events has no row. */
export async function readDailyCounts(
  client: ClickHouseClient,
  { from, to, by, where = {} }: { from: Day; to: Day; by: readonly Dimension[]; where?: DailyFilter },
): Promise<DailyCount[]> {
  const { kind = [], channel = [], region = [] } = where
  return runQuery(client, dailyEvents, {
    from,
    to,
    by: [...by],
    kinds: [...kind],
    channels: [...channel],
    regions: [...region],
  })
}

interface AnnualCounts {
  sums: AnnualSum[]
  countedDays: CountedDays[]
}

/** The counts of all years from the one before the first to the last of `years`, of which there is at least one. */
export async function readAnnualCounts(client: ClickHouseClient, years: readonly number[]): Promise<AnnualCounts> {
  const range = { from: Math.max(YEAR_MIN, Math.min(...years) - 1), to: Math.max(...years) }
  const [sums, days] = await Promise.all([runQuery(client, annualSums, range), runQuery(client, daysWithEvents, range)])
  return { sums, countedDays: countByYear(days) }
}

function countByYear(days: readonly { year: number }[]): CountedDays[] {
  const counts = new Map<number, number>()
  for (const { year } of days) counts.set(year, (counts.get(year) ?? 0) + 1)
  return [...counts].map(([year, days]) => ({ year, days }))
}
