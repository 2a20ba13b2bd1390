import { openClickHouse } from '@caretally/clickhouse'
import { createKafka } from '@caretally/kafka'
import { type Logger, systemClock as clock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import type { ChildProgram } from '../child-program.ts'
import { startConsumer } from '../consumer-process.ts'
import { watchDrain } from '../drain.ts'
import type { LoadTestArguments } from './command-line.ts'
import { groupSettled } from './group-settled.ts'
import { LoadProgress } from './load-progress.ts'
import type { Pipeline } from './pipeline.ts'
import { type ProcessSample, watchProcesses } from './process-watch.ts'
import { type Acknowledgements, createAcknowledgements, publishByProcess, type Published } from './producer-process.ts'
import { repeat } from './repeat.ts'
import { StepCurve } from './step-curve.ts'
import { streamOptionsOf } from './stream-options.ts'
import { watchVisible } from './visible-watch.ts'
import { workStart_ms } from './work-start.ts'

/** What was seen of a load from its first record to the last. */
export interface Observations extends Published {
  acknowledged: Acknowledgements
  /** Records, by the offsets that are committed. */
  written: StepCurve
  /** Events that are visible in `daily`, and the longest time between two looks; undefined when everything was published first. */
  seen: { visible: StepCurve; gap_ms_max: number } | undefined
  consumerStart_ms: number
  /** When the consumer had the first records; undefined when it got none. */
  workStart_ms: number | undefined
  samples: { kafka: readonly ProcessSample[]; consumer: readonly ProcessSample[]; clickhouse: readonly ProcessSample[] }
}

interface DriveOptions {
  args: LoadTestArguments
  pipeline: Pipeline
  logger: Logger
  signal: AbortSignal
}

const SHOW_EVERY_MS = 200
/** How often is looked at `daily`: what decides how exact freshness is; and where there is none to speak of, a backlog. */
const LOOK_EVERY_MS = { atRate: 50, fast: 250 }

/** Moves the load through the pipeline. Resolves when every record is written; nothing it has started is left then. */
export async function driveLoad(options: DriveOptions): Promise<Observations> {
  const { brokers } = options.pipeline
  const controller = new AbortController()
  const signal = AbortSignal.any([options.signal, controller.signal])
  const admin = createKafka({ brokers, clientId: 'caretally-load-test', logger: options.logger }).admin()
  await admin.connect()
  try {
    return await drive({ ...options, signal }, admin)
  } finally {
    controller.abort() // ends what is still running when something has failed
    await admin.disconnect()
  }
}

async function drive({ args, pipeline, signal }: DriveOptions, admin: Admin): Promise<Observations> {
  const { topic, group, pids, directory } = pipeline
  const { isPrefilled, pace, workers } = args
  const acknowledged = createAcknowledgements()
  const written = new StepCurve()
  using progress = new LoadProgress(pace.records, clock)
  const show = async () => progress.show(acknowledged.records.total, written.total)
  const showing = repeat(show, { every_ms: SHOW_EVERY_MS, clock, signal })
  const kafka = await watchProcesses(pids.kafka, clock, signal)
  const partitions = (await admin.fetchTopicOffsets(topic)).length
  const publish = () => {
    const stream = streamOptionsOf(args, { timeZone: pipeline.timeZone, partitions, now_ms: clock.now() })
    const { rate_per_second } = pace
    const task = { brokers: pipeline.brokers, topic, stream, ...(rate_per_second !== undefined && { rate_per_second }) }
    return publishByProcess(task, acknowledged, { logFile: `${directory}/producers.log`, signal })
  }

  const early = isPrefilled ? await publish() : undefined
  const workersArgs = workers === undefined ? [] : ['--workers', String(workers)]
  const logFile = `${directory}/consumer.log`
  await using consumer = await startConsumer({ ...pipeline, args: workersArgs, logFile })
  const consumerStart_ms = clock.now()
  if (!isPrefilled) {
    await Promise.race([groupSettled({ admin, group, members: workers, clock, signal }), consumer.failed])
  }
  const consumerWatch = await watchProcesses(consumer.pid, clock, signal)
  const clickhouse = await watchProcesses(pids.clickhouse, clock, signal)
  await using client = openClickHouse(pipeline.clickhouse)
  const every_ms = pace.rate_per_second === undefined ? LOOK_EVERY_MS.fast : LOOK_EVERY_MS.atRate
  const looking = isPrefilled ? undefined : watchVisible({ client, every_ms, clock, signal })

  const published = await writeAll(early ?? publish(), { admin, group, topic, written, consumer, signal })
  await Promise.all([consumerWatch.stop(), clickhouse.stop(), kafka.stop(), showing.stop()])
  await looking?.stop()
  return {
    ...published,
    acknowledged,
    written,
    seen: looking && { visible: looking.visible, gap_ms_max: looking.gap_ms_max },
    consumerStart_ms,
    workStart_ms: await workStart_ms(logFile),
    samples: { kafka: kafka.samples, consumer: consumerWatch.samples, clickhouse: clickhouse.samples },
  }
}

interface WriteOptions {
  admin: Admin
  group: string
  topic: string
  written: StepCurve
  consumer: Pick<ChildProgram, 'failed'>
  signal: AbortSignal
}

/** Resolves when everything is published and every offset is committed, hence written. */
async function writeAll(publishing: Published | Promise<Published>, options: WriteOptions): Promise<Published> {
  const { written, consumer, ...watched } = options
  let isPublished = false
  const onProgress = (records: number) => written.add(clock.now(), records)
  const drained = watchDrain(() => isPublished, { ...watched, onProgress, clock })
  drained.catch(() => undefined) // awaited below, once everything is published
  const published = await Promise.race([publishing, consumer.failed])
  isPublished = true
  await Promise.race([drained, consumer.failed])
  return published
}
