import path from 'node:path'

import type { ClickHouseConnection } from '@caretally/clickhouse'
import { openDashboard } from '@caretally/dashboard'
import { CaretallyError } from '@caretally/runtime'

import { type BenchRun, TIME_ZONE } from '../bench-run.ts'
import { type CallTimes, timeCalls } from './time-calls.ts'

/** What the page asks for when somebody opens it: itself, the years, two charts of a year, and how the pipeline is. */
const QUESTIONS = [
  '/',
  '/api/annual',
  '/api/daily?from=2016-01-03&to=2016-12-31&by=kind',
  '/api/daily?from=2016-01-03&to=2016-12-31&kind=login&by=channel',
  '/api/pipeline',
]

type PageRun = Pick<BenchRun, 'directory' | 'logger' | 'signal'>

/** The time of the one of the page's questions that takes the longest, each asked alone. */
export async function timePage(clickhouse: ClickHouseConnection, run: PageRun): Promise<CallTimes> {
  const { directory, logger, signal } = run
  await using dashboard = await openDashboard({
    clickhouse,
    timeZone: TIME_ZONE,
    kafka: undefined,
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    accessRecordFile: path.join(directory, 'access.jsonl'),
    logger,
  })
  const times: CallTimes[] = []
  for (const question of QUESTIONS) times.push(await timeCalls(() => ask(`${dashboard.url}${question}`), signal))
  return times.reduce((slowest, time) => (time.medianMs > slowest.medianMs ? time : slowest))
}

async function ask(address: string): Promise<void> {
  const response = await fetch(address)
  await response.arrayBuffer()
  if (!response.ok) throw new CaretallyError('bench_page_refused', `the dashboard answered with ${response.status}`)
}
