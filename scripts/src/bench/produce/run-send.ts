import path from 'node:path'

import { type ServerProcess, spawnServer } from '@caretally/infra'
import { createKafka } from '@caretally/kafka'
import { CaretallyError, systemClock } from '@caretally/runtime'

import { setUpTopic } from '../../set-up.ts'
import type { BenchRun } from '../bench-run.ts'
import { openLog } from '../log-end.ts'
import { measureInterval } from '../measure-interval.ts'
import { meterProcesses } from '../process-meter.ts'
import type { Interval } from '../watch-interval.ts'
import type { Sender } from './sender.ts'

/** What one sender did in one round. */
export interface SendTurn {
  rate: number
  cpuUs: number
  isRough: boolean
}

const STOP_S_MAX = 10
/** After its end every record is in the log, and is seen there within this time. */
const SEEN_MS_MAX = 5_000

/** One sender, until the log has all its records, each once; the topic is new and is deleted. */
export async function runSend(sender: Sender, round: number, run: BenchRun): Promise<SendTurn> {
  const { servers, events, directory, logger } = run
  const { brokers } = servers.kafka
  const topic = `bench.produce.${sender.name}.${round}`
  await setUpTopic({ brokers, topic, logger })
  await using log = await openLog(createKafka({ brokers, clientId: 'caretally-bench', logger }), topic)
  const logFile = path.join(directory, `${topic}.log`)
  const command = sender.command(brokers, topic)
  const child = spawnServer({ ...command, endsWithItsInput: false, stop_s_max: STOP_S_MAX, logFile })
  const over = new AbortController()
  try {
    using meter = meterProcesses({ sender: child.pid })
    const failed = failWhenOver(sender, child, logFile, over.signal)
    const count = () => log.count()
    const interval = await measureInterval({ name: sender.name, count, meter, failed }, run)
    await child.ended
    expectRecords(events, await log.count())
    return figuresOf(interval)
  } finally {
    over.abort()
    await child.stop()
    await log.admin.deleteTopics({ topics: [topic] })
  }
}

async function failWhenOver(
  { name }: Sender,
  { ended }: ServerProcess,
  logFile: string,
  signal: AbortSignal,
): Promise<never> {
  await ended
  await systemClock.sleep(SEEN_MS_MAX, signal)
  throw new CaretallyError('sender_ended', `${name} ended before it had sent everything`, {
    hint: `its log is ${logFile}`,
  })
}

function expectRecords(events: number, records: number): void {
  if (records === events) return
  throw new CaretallyError('bench_counts_wrong', `the log holds ${records} records of ${events} events`)
}

function figuresOf({ rows, seconds, cpu_us, isRough }: Interval): SendTurn {
  return { rate: Math.round(rows / seconds), cpuUs: cpu_us / rows, isRough }
}
