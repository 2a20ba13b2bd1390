import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'

import { type ClickHouseClient, type ClickHouseConnection, migrate, openClickHouse } from '@caretally/clickhouse'
import { BREAKER_LIMITS, type ConsumerOptions, RANGE_LIMITS } from '@caretally/consumer'
import { NEXT_CONTRACT } from '@caretally/events/testing'
import {
  createKafka,
  createPublishingKafka,
  ensureTopic,
  growTopic,
  openPublisher,
  readAllCommitted,
} from '@caretally/kafka'
import { runDeadLetters } from '@caretally/ledger'
import { CaretallyError, createLogger, systemClock } from '@caretally/runtime'
import type { Kafka } from 'kafkajs'
import { z } from 'zod'

import { type Ended, runToEnd } from '../run-program.ts'
import { type ConsumerProcess, type ConsumerUnderTest, launchConsumer } from './consumer-process.ts'
import { type StreamRecord, TIME_ZONE } from './stream.ts'
import { compare, type Counted, createTruth, type Truth } from './truth.ts'
import { RECONCILE } from '../programs.ts'

/** The servers that a case runs on; it may kill them only if it has started them itself. */
export interface Target {
  brokers: string[]
  clickhouse: Omit<ClickHouseConnection, 'database'>
}

export interface RunOptions {
  target: Target
  /** For the logs of the consumers. */
  directory: string
  partitions?: number
  replicationFactor?: number
  minInsyncReplicas?: number
  offsets_max?: number
  window_offsets?: number
  session_timeout_ms?: number
}

/** How long a case waits for something that does not come, or for offsets without seeing a further one written. */
const WAIT_MS_MAX = 180_000
const POLL_MS = 100
const PUBLISH_ROWS = 4_000
/** Far less than a batch may have: the more batches there are, the more of them meet a fault. */
const BATCH_ROWS = 1_000

/** One run of a case: a topic and a database of its own, the truth of what was sent, and the consumers between. */
export interface CaseRun extends AsyncDisposable {
  readonly topic: string
  readonly group: string
  /** What the consumers of this run have said. */
  readonly logFile: string
  readonly client: ClickHouseClient
  readonly truth: Truth
  /** What a consumer of this run is launched with. */
  readonly options: Omit<ConsumerOptions, 'logger'>
  /** Publishes all of the stream; what is acknowledged is part of the truth at once. */
  publish(stream: Iterable<StreamRecord>, brokers?: string[]): Promise<void>
  /** The same through a network of the case's own. */
  publishThrough(kafka: Kafka, stream: Iterable<StreamRecord>): Promise<void>
  /** Gives the topic more partitions. */
  grow(partitions: number): Promise<void>
  launch(
    changes?: Partial<Omit<ConsumerUnderTest, 'options'>> & { options?: Partial<ConsumerUnderTest['options']> },
  ): Promise<ConsumerProcess>
  /** Resolves when every offset that the topic has now is written and committed. */
  drained(): Promise<void>
  /** Resolves when so many offsets are committed. Kafka may be down meanwhile; rejects when no consumer is left. */
  reached(offsets: number): Promise<void>
  /** How many offsets the topic has. */
  end(): Promise<number>
  /** How many offsets are committed. */
  committed(): Promise<number>
  /** Which members the group has, by the ids that the broker gave them; sorted. */
  members(): Promise<string[]>
  /** Resolves when the group has so many members and has settled. */
  joined(count: number): Promise<void>
  reconcile(args?: readonly string[]): Promise<Ended>
  /** Publishes again what a later version takes for events, with that version's `dead-letters replay`. */
  replayAsLater(): Promise<void>
  /** Holds ClickHouse against the truth, and asks `reconcile`. */
  verdict(): Promise<Verdict>
}

/** What the truth and the ledger say; the counts are exact when there is neither an error nor a drift. */
export interface Verdict extends Counted {
  /** The kinds of drift that `reconcile` names. */
  drift: string[]
}

const LedgerSchema = z.object({ drift: z.array(z.object({ type: z.string() })) })
/** Exit status of `reconcile` when it could look, whatever it saw. */
const HAS_LOOKED = new Set([0, 1])

export async function openRun(runOptions: RunOptions): Promise<CaseRun> {
  const { target, directory, partitions = 2, replicationFactor = 1, minInsyncReplicas = 1 } = runOptions
  const name = randomUUID()
  const topic = `faults.${name}`
  const clickhouse = { ...target.clickhouse, database: `faults_${name.replaceAll('-', '')}` }
  const logger = createLogger({ name: 'faults', level: 'silent' })
  const client = openClickHouse(clickhouse)
  await migrate({ client, database: clickhouse.database, timeZone: TIME_ZONE })
  const kafka = createKafka({ brokers: target.brokers, clientId: 'caretally-faults', logger })
  const admin = kafka.admin()
  await admin.connect()
  await ensureTopic(admin, { topic, partitions, replicationFactor, minInsyncReplicas, retention_ms: 3_600_000 })
  const truth = createTruth()
  const consumers: ConsumerProcess[] = []
  const logFile = path.join(directory, `${topic}.log`)
  const options: CaseRun['options'] = {
    brokers: target.brokers,
    topic,
    group: topic,
    clickhouse,
    timeZone: TIME_ZONE,
    limits: { ...RANGE_LIMITS, offsets_max: runOptions.offsets_max ?? 2_000 },
    window_offsets: runOptions.window_offsets ?? 20_000,
    breaker: BREAKER_LIMITS,
    fetch: {
      session_timeout_ms: runOptions.session_timeout_ms ?? 2_000,
      wait_ms: 100,
      bytes_min: 1,
      partition_bytes_max: 4 * 1024 * 1024,
      partitions_concurrent: 2,
    },
  }

  async function committed(): Promise<number> {
    const offsets = await readAllCommitted(admin, topic, topic)
    return [...offsets.values()].reduce((sum, { next = 0 }) => sum + next, 0)
  }

  async function end(): Promise<number> {
    const ends = await admin.fetchTopicOffsets(topic)
    return ends.reduce((sum, { offset }) => sum + Number(offset), 0)
  }

  async function reached(offsets: number): Promise<void> {
    let deadline_ms = systemClock.now() + WAIT_MS_MAX
    for (let known = 0; ; await systemClock.sleep(POLL_MS)) {
      const now = await committed().catch(() => known) // Kafka may be down on purpose
      if (now >= offsets) return
      if (now > known) deadline_ms = systemClock.now() + WAIT_MS_MAX
      known = now
      const isDeserted = consumers.length > 0 && !consumers.some(({ isRunning }) => isRunning)
      if (isDeserted) throw new CaretallyError('consumers_gone', `all consumers have ended; see ${logFile}`)
      if (systemClock.now() < deadline_ms) continue
      throw new CaretallyError(
        'not_drained',
        `${known} of ${offsets} offsets are written, and no more for ${WAIT_MS_MAX / 1_000} s; see ${logFile}`,
      )
    }
  }

  async function describeGroup() {
    const { groups } = await admin.describeGroups([topic])
    return groups[0]!
  }

  async function members(): Promise<string[]> {
    const group = await describeGroup()
    return group.members.map(({ memberId }) => memberId).sort()
  }

  async function publishThrough(through: Kafka, stream: Iterable<StreamRecord>): Promise<void> {
    await using publisher = await openPublisher({ kafka: through, topic, logger, batch_rows_max: BATCH_ROWS })
    const count = ({ records }: { records: readonly StreamRecord[] }) => {
      for (const { event, isMalformed } of records) {
        truth.sent += 1
        if (event) truth.events.add(event.date, event.cell)
        if (isMalformed) truth.malformed += 1
      }
    }
    let block: StreamRecord[] = []
    for (const record of stream) {
      block.push(record)
      if (block.length < PUBLISH_ROWS) continue
      await publisher.publish(block, count)
      block = []
    }
    await publisher.publish(block, count)
  }

  const env = {
    KAFKA_BROKERS: target.brokers.join(','),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: topic,
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_USER: clickhouse.username,
    CLICKHOUSE_PASSWORD: clickhouse.password,
    CLICKHOUSE_DATABASE: clickhouse.database,
    REPORTING_TIME_ZONE: TIME_ZONE,
  }

  function reconcile(args: readonly string[] = []): Promise<Ended> {
    return runToEnd(RECONCILE, ['--format', 'json', ...args], env)
  }

  async function replayAsLater(): Promise<void> {
    const output = createWriteStream(logFile, { flags: 'a' })
    const world = { env, clock: systemClock, signal: new AbortController().signal, stdout: output, stderr: output }
    await runDeadLetters(['replay'], { ...world, contract: NEXT_CONTRACT })
    output.end()
    await finished(output)
  }

  return {
    topic,
    group: topic,
    logFile,
    client,
    truth,
    options,
    committed,
    reconcile,
    replayAsLater,
    members,
    async joined(count) {
      await waitUntil(async () => (await describeGroup()).state === 'Stable' && (await members()).length === count)
    },
    publish: (stream, brokers = target.brokers) =>
      publishThrough(createPublishingKafka({ brokers, clientId: 'caretally-faults', logger }), stream),
    publishThrough,
    grow: (count) => growTopic(admin, topic, count),
    async launch({ options: changed, ...launch } = {}) {
      const consumer = await launchConsumer({ options: { ...options, ...changed }, ...launch }, logFile)
      consumers.push(consumer)
      return consumer
    },
    async drained() {
      await reached(await end())
    },
    reached,
    end,
    async verdict() {
      const counted = await compare(client, truth, TIME_ZONE)
      const { status, stdout, stderr } = await reconcile()
      if (!HAS_LOOKED.has(status ?? -1)) {
        throw new CaretallyError('not_reconciled', `reconcile ended with ${status}: ${stderr.trim()}`)
      }
      const { drift } = LedgerSchema.parse(JSON.parse(stdout))
      return { ...counted, drift: [...new Set(drift.map(({ type }) => type))] }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(consumers.filter(({ isRunning }) => isRunning).map((consumer) => consumer.kill()))
      await admin.deleteTopics({ topics: [topic] }).catch(() => undefined) // the servers may be gone on purpose
      await admin.disconnect()
      await client.command({ query: `DROP DATABASE IF EXISTS ${clickhouse.database} SYNC` }).catch(() => undefined)
      await client.close()
    },
  }
}

/** Waits for something that a case needs. */
export async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  const deadline_ms = systemClock.now() + WAIT_MS_MAX
  while (!(await holds())) {
    if (systemClock.now() > deadline_ms) throw new CaretallyError('waited_in_vain', 'what was waited for did not come')
    await systemClock.sleep(POLL_MS)
  }
}
