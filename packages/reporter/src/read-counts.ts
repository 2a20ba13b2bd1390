import {
  annualMembers,
  annualCounts,
  type ClickHouseClient,
  dailyEvents,
  type Dimension,
  distinctMembers,
  distinctMembersExactly,
  type Period,
  readWatermark,
  regionMembers,
  runQuery,
} from '@caretally/clickhouse'

import { type Day, YEAR_MIN } from './calendar.ts'
import type { AnnualMembers, AnnualSum, CountedDays, DailyCount, DailyFilter } from './counts.ts'
import { groupBy } from './group-by.ts'
import type { MembersCounts } from './members.ts'
import type { RegionMembers } from './suppression/shown-regions.ts'

interface DailyCounts {
  counts: DailyCount[]
  /** The people behind them; none unless the counts are by region. */
  regions: (RegionMembers & { day: Day })[]
}

/** The counts from `from` to `to`, both included; a day without events has no row. */
export async function readDailyCounts(
  client: ClickHouseClient,
  { from, to, by, where = {} }: { from: Day; to: Day; by: readonly Dimension[]; where?: DailyFilter },
): Promise<DailyCounts> {
  const { kind = [], channel = [], region = [] } = where
  const chosen = { kinds: [...kind], channels: [...channel], regions: [...region] }
  const [counts, regions] = await Promise.all([
    runQuery(client, dailyEvents, { from, to, by: [...by], ...chosen }),
    by.includes('region') ? runQuery(client, regionMembers, { from, to }) : [],
  ])
  return { counts, regions }
}

interface AnnualCounts {
  sums: AnnualSum[]
  /** None unless they are asked for: merging their states reads much more than all sums together. */
  members: AnnualMembers[]
  countedDays: CountedDays[]
  /** All that Kafka appended before this moment is in the counts. */
  watermark_ms: number
}

/** The counts of all years from the one before the first to the last of `years`, of which there is at least one. */
export async function readAnnualCounts(
  client: ClickHouseClient,
  { years, withMembers }: { years: readonly number[]; withMembers: boolean },
): Promise<AnnualCounts> {
  const range = { from: Math.max(YEAR_MIN, Math.min(...years) - 1), to: Math.max(...years) }
  const watermark_ms = await readWatermark(client) // before the counts, which then have at least what it says
  const [counts, members] = await Promise.all([
    runQuery(client, annualCounts, range),
    withMembers ? runQuery(client, annualMembers, range) : [],
  ])
  const sums = counts.filter((row) => row.what === 'sum')
  return { sums, members, countedDays: groupByYear(counts.filter((row) => row.what === 'day')), watermark_ms }
}

function groupByYear(rows: readonly { day: Day }[]): CountedDays[] {
  const byYear = groupBy(rows, ({ day }) => Number(day.slice(0, 4)))
  return [...byYear].map(([year, rows]) => ({ year, days: rows.map(({ day }) => day) }))
}

interface MembersRequest {
  client: ClickHouseClient
  timeZone: string
  from: Day
  to: Day
  by: Period
  byRegion: boolean
  exact: boolean
}

/** The distinct members of the periods from `from` to `to`; the exact counts only where they are asked for. */
export async function readMembers({ client, timeZone, exact, ...asked }: MembersRequest): Promise<MembersCounts> {
  const estimates = await runQuery(client, distinctMembers, asked)
  return exact
    ? { estimates, exact: await runQuery(client, distinctMembersExactly, { ...asked, timeZone }) }
    : { estimates }
}
