import { type ClickHouseClient, openClickHouse } from '@caretally/clickhouse'
import { annualReport, dailyReport } from '@caretally/reporter'
import { CaretallyError, systemClock } from '@caretally/runtime'

import { setUpSchema } from '../../set-up.ts'
import { type BenchRun, say, TIME_ZONE } from '../bench-run.ts'
import { dropDatabase } from '../drop-database.ts'
import { fillEvents } from './fill-events.ts'
import { CALLS, type CallTimes, timeCalls } from './time-calls.ts'
import { timePage } from './time-page.ts'

/** Number of events → the time of a report over them, and of the slowest question of the dashboard's page. */
export type QueryResult = Record<string, { annual: CallTimes; daily: CallTimes; page: CallTimes }>

const DATABASE = 'bench_query'
const REQUEST_MS_MAX = 600_000
const YEARS = [2015, 2016]
const LAST_MONTH = { from: '2016-12-01', to: '2016-12-31', by: ['kind', 'channel'] } as const

/**
 * The time of the annual report of both years, of the daily one of their last month by kind and channel, and of what the
 * dashboard's page asks for.
 */
export async function benchQuery(events: number, run: BenchRun): Promise<QueryResult> {
  const { servers, signal } = run
  const clickhouse = { ...servers.clickhouse, database: DATABASE }
  await setUpSchema({ clickhouse, timeZone: TIME_ZONE })
  await using client = openClickHouse(clickhouse, { request_timeout_ms: REQUEST_MS_MAX })
  const result: QueryResult = {}
  let filled = 0
  for (const size of sizesAround(events)) {
    say(`query: filling the tables up to ${size.toLocaleString('en-US')} events …`)
    await fillEvents(client, filled, size, signal)
    filled = size
    say(`query: asking for ${CALLS} reports of each kind …`)
    const reports = await timeReports(client, size, signal)
    result[size] = { ...reports, page: await timePage(clickhouse, run) }
  }
  await dropDatabase(client, DATABASE)
  return result
}

/** A quarter, once and four times of it. */
export function sizesAround(events: number): number[] {
  return [Math.round(events / 4), events, events * 4]
}

async function timeReports(client: ClickHouseClient, events: number, signal: AbortSignal) {
  const source = { client, timeZone: TIME_ZONE, clock: systemClock }
  const annual = () => annualReport({ ...source, years: YEARS })
  const counted = (await annual()).filter(({ metric }) => metric === 'digital_interactions')
  const total = counted.reduce((sum, { value }) => sum + (value ?? 0), 0)
  if (total !== events) {
    throw new CaretallyError('bench_counts_wrong', `the annual report has ${total} of ${events} events`)
  }
  return {
    annual: await timeCalls(annual, signal),
    daily: await timeCalls(() => dailyReport({ ...source, ...LAST_MONTH }), signal),
  }
}
