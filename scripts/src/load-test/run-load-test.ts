import { openClickHouse } from '@caretally/clickhouse'
import { type Servers, startServers } from '@caretally/infra'
import { TOPIC } from '@caretally/kafka'
import { CaretallyError, createLogger } from '@caretally/runtime'

import { environmentOf } from '../consumer-process.ts'
import { setUp } from '../set-up.ts'
import { assembleResult, secondsOfWriting } from './assemble-result.ts'
import type { LoadTestArguments } from './command-line.ts'
import { driveLoad } from './drive-load.ts'
import { countInserts } from './inserts.ts'
import type { Pipeline } from './pipeline.ts'
import { checkLedger } from './reconcile.ts'
import type { LoadTestResult } from './result.ts'
import { verify } from './verify.ts'

const TIME_ZONE = 'America/Los_Angeles'
const GROUP = 'caretally.consumer'
const DATABASE = 'caretally'

interface RunOptions {
  /** For the servers' data, and for logs. */
  directory: string
  onProgress: (line: string) => void
  signal: AbortSignal
}

/** From nothing to a result that has been held against the truth. Everything that it starts has ended when it settles. */
export async function runLoadTest(
  args: LoadTestArguments,
  { directory, onProgress, signal: asked }: RunOptions,
): Promise<LoadTestResult> {
  const logger = createLogger({ name: 'load-test', level: 'error' })
  await using servers = await startServers({ directory, signal: asked, onProgress })
  const signal = AbortSignal.any([asked, signalOfEnd(servers, directory)])
  const pipeline = pipelineOn(servers, directory)
  onProgress('making the topic and the tables')
  await setUp({ ...pipeline, logger })

  onProgress(`sending ${args.pace.records.toLocaleString('en-US')} records`)
  const observations = await driveLoad({ args, pipeline, logger, signal })
  onProgress('holding every count against the truth')
  await using client = openClickHouse(pipeline.clickhouse)
  const { truth, written } = observations
  const checks = await verify({ client, truth, records: written.total, timeZone: TIME_ZONE })
  checks.push(await checkLedger(environmentOf(pipeline), signal))
  const inserts = await countInserts(client, secondsOfWriting(observations))
  return assembleResult(args, observations, { checks, inserts })
}

function pipelineOn({ kafka, clickhouse }: Servers, directory: string): Pipeline {
  const { url, username, password } = clickhouse
  return {
    brokers: kafka.brokers,
    topic: TOPIC,
    group: GROUP,
    clickhouse: { url, username, password, database: DATABASE },
    timeZone: TIME_ZONE,
    pids: { kafka: kafka.nodes[0]?.pid() ?? 0, clickhouse: clickhouse.pid() ?? 0 },
    directory,
  }
}

/** Aborted when one of the servers ends by itself. */
function signalOfEnd(servers: Servers, directory: string): AbortSignal {
  const controller = new AbortController()
  const abort = async () => {
    const { name } = await servers.firstEnded()
    const hint = `its log is in ${directory}`
    controller.abort(new CaretallyError('server_ended', `${name} ended by itself`, { hint }))
  }
  void abort()
  return controller.signal
}
