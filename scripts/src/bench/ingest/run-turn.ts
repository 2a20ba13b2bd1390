import path from 'node:path'

import { type ClickHouseClient, defineQuery, exactInteger, openClickHouse, runQuery } from '@caretally/clickhouse'
import type { Tally } from '@caretally/producers'
import { z } from 'zod'

import { setUpSchema } from '../../set-up.ts'
import { type BenchRun, TIME_ZONE } from '../bench-run.ts'
import { dropDatabase } from '../drop-database.ts'
import { measureInterval } from '../measure-interval.ts'
import { meterProcesses, type ProcessMeter } from '../process-meter.ts'
import type { Interval } from '../watch-interval.ts'
import type { Contender, Running } from './contender.ts'
import { verifyRows } from './verify-rows.ts'

/** What one contender did in one round. */
export interface Turn {
  rate: number
  cpuUs: number
  /** Of its own processes: 0 when it has none. */
  consumerRssMb: number
  serverRssMb: number
  /** At one time. */
  totalRssMb: number
  isRough: boolean
  fingerprint: string
}

/**
 * One contender, from a ClickHouse that has just been started and tables that are empty until every event of the topic is in
 * them and right. Leaves neither tables nor members of its group.
 */
export async function runTurn(
  contender: Contender,
  round: number,
  topic: string,
  tally: Tally,
  run: BenchRun,
): Promise<Turn> {
  const { servers, directory, signal } = run
  await servers.clickhouse.stop()
  await servers.clickhouse.start(signal)
  const name = `bench_${contender.name}_${round}`
  const clickhouse = { ...servers.clickhouse, database: name }
  await setUpSchema({ clickhouse, timeZone: TIME_ZONE })
  await using client = openClickHouse(clickhouse)
  const place = { brokers: servers.kafka.brokers, topic, group: name, clickhouse, timeZone: TIME_ZONE }
  let turn: Turn
  {
    await using running = await contender.start({ ...place, logFile: path.join(directory, `${name}.log`) })
    using meter = meterProcesses(processesOf(running, servers.clickhouse.pid() ?? 0))
    const count = () => countRows(client, run.events)
    const interval = await measureInterval({ name: contender.name, count, meter, failed: running.failed }, run)
    const figures = figuresOf(interval, meter) // before the verification, which takes memory too
    turn = { ...figures, fingerprint: await verifyRows(client, tally, contender.name) }
  }
  await dropDatabase(client, name)
  return turn
}

function processesOf({ pid }: Running, server: number): Record<string, number> {
  return pid === undefined ? { server } : { consumer: pid, server }
}

const countSchema = { parameters: z.object({}), row: z.object({ rows: exactInteger }) }
const eventRows = defineQuery({
  name: 'how many events there are',
  ...countSchema,
  sql: () => 'SELECT count() AS rows FROM events',
})
const countedRows = defineQuery({
  name: 'how many events are counted',
  ...countSchema,
  sql: () => 'SELECT sum(events) AS rows FROM daily_counts',
})

/** The events that are written; once all are, those that are counted too, for the view comes after its table. */
async function countRows(client: ClickHouseClient, total: number): Promise<number> {
  const [events] = await runQuery(client, eventRows, {})
  if (events!.rows < total) return events!.rows
  const [counted] = await runQuery(client, countedRows, {})
  return counted!.rows
}

const MB = 2 ** 20

function figuresOf({ rows, seconds, cpu_us, isRough }: Interval, meter: ProcessMeter) {
  return {
    rate: Math.round(rows / seconds),
    cpuUs: cpu_us / rows,
    consumerRssMb: Math.round(meter.peakRss_bytes('consumer') / MB),
    serverRssMb: Math.round(meter.peakRss_bytes('server') / MB),
    totalRssMb: Math.round(meter.peakRss_bytes() / MB),
    isRough,
  }
}
