import { asForbidden, expectRecordBatches, receiveRecordBatches } from '@caretally/kafka'
import { CaretallyError, type Logger, systemClock } from '@caretally/runtime'
import kafkajs, { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs'

import { type Fence, fencedAssigner, StaleEpochError } from './fence.ts'
import type { Health } from './health.ts'
import { withHeartbeats } from './heartbeats.ts'
import type { Meter } from './meter.ts'
import { type FetchedBatch, type Pipeline, processBatch } from './pipeline.ts'

export interface FetchOptions {
  /** A member that is silent for longer is dropped from the group. */
  session_timeout_ms: number
  /** How long the broker gathers events before it answers a fetch: the freshness at low traffic. */
  wait_ms: number
  /** A fetch is answered at once when this much is there. */
  bytes_min: number
  /** The most that a fetch brings of one partition, compressed: it bounds the memory, and how long a range can get. */
  partition_bytes_max: number
  /** How many partitions are worked on at a time: while one is being inserted, the next is decoded. */
  partitions_concurrent: number
}

interface ConsumeOptions {
  kafka: Kafka
  topic: string
  group: string
  /** Asked for the partitions that were assigned, before any of their batches is processed; `check` throws once they are not. */
  verify: (partitions: readonly number[], check: () => void) => Promise<void>
  pipeline: Pipeline
  fetch: FetchOptions
  health: Health
  meter: Meter
  logger: Logger
}

/** Of all partitions of a broker. Those that come last in a fetch wait for the others when it is not enough for all. */
const FETCH_BYTES_MAX = 64 * 1024 * 1024
const HEARTBEAT_INTERVAL_MS = 3_000

/**
 * Consumes until `signal` is aborted: the ranges under way are then finished and the group is left. Rejects when the work
 * cannot go on without somebody's help; nothing is ever committed that was not written.
 */
export async function consume(options: ConsumeOptions, signal: AbortSignal): Promise<void> {
  const { kafka, topic, group, verify, pipeline, fetch, health, meter, logger } = options
  const { fence } = pipeline.build
  const failure = new AbortController()
  const end = AbortSignal.any([signal, failure.signal])
  const consumer = kafka.consumer({
    groupId: group,
    partitionAssigners: [fencedAssigner(fence)],
    sessionTimeout: fetch.session_timeout_ms,
    heartbeatInterval: Math.min(HEARTBEAT_INTERVAL_MS, fetch.session_timeout_ms / 3),
    maxWaitTimeInMs: fetch.wait_ms,
    minBytes: fetch.bytes_min,
    maxBytes: FETCH_BYTES_MAX,
    maxBytesPerPartition: fetch.partition_bytes_max,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => !end.aborted },
  })
  let verified = Promise.resolve()
  watchGroup(consumer, {
    topic,
    fence,
    health,
    meter,
    logger,
    onAssigned: (partitions) => {
      const { epoch } = fence
      verified = verify(partitions, () => fence.check(epoch)).catch((error: unknown) => {
        // kafkajs repeats what it has failed with itself, and what was assigned before is for others to verify
        if (error instanceof CaretallyError && epoch === fence.epoch) failure.abort(error)
      })
    },
    onCrash: (error) => failure.abort(error),
  })

  using _ = receiveRecordBatches()
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: fetch.partitions_concurrent,
      eachBatch: async (payload) => {
        if (failure.signal.aborted) return
        using _ = meter.working()
        try {
          const batch = fencedBatch(payload, { fence, meter, consumer })
          const work = async () => {
            await verified
            if (failure.signal.aborted) return
            batch.check()
            await processBatch(batch, pipeline)
          }
          await withHeartbeats(batch.heartbeat, systemClock, work())
        } catch (error) {
          pipeline.partitions.forget(payload.batch.partition)
          if (error instanceof StaleEpochError || error === end.reason) return
          if (error instanceof kafkajs.KafkaJSError) throw error // kafkajs joins the group again, or retries
          if (error instanceof CaretallyError && error.code === 'mostly_dead_letters') meter.broke()
          failure.abort(error)
        }
      },
    })
    await aborted(end)
  } finally {
    await consumer.disconnect()
  }
  if (failure.signal.aborted) throw failure.signal.reason
}

interface GroupWatch {
  topic: string
  fence: Fence
  health: Health
  meter: Meter
  logger: Logger
  onAssigned: (partitions: readonly number[]) => void
  onCrash: (error: CaretallyError) => void
}

function watchGroup(consumer: Consumer, watch: GroupWatch): void {
  const { topic, fence, health, meter, logger, onAssigned, onCrash } = watch
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = payload.memberAssignment[topic] ?? []
    fence.join(partitions)
    health.heard()
    meter.joined(partitions)
    logger.info({ topic, partitions }, 'joined the consumer group')
    onAssigned(partitions)
  })
  consumer.on(consumer.events.FETCH, () => health.heard())
  consumer.on(consumer.events.HEARTBEAT, () => health.heard())
  consumer.on(consumer.events.STOP, () => fence.raise())
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    fence.raise()
    logger.warn({ error, status: restart ? 'restarting' : 'ended' }, 'the Kafka consumer crashed')
    if (restart) return
    const crashed = () => new CaretallyError('consumer_crashed', 'the Kafka consumer ended for good', { cause: error })
    onCrash(asForbidden(error) ?? crashed())
  })
}

interface BatchSurroundings {
  fence: Fence
  meter: Meter
  consumer: Consumer
}

/** A batch whose every call checks the fence first. kafkajs's own calls take the generation at the time of the call. */
function fencedBatch(payload: EachBatchPayload, { fence, meter, consumer }: BatchSurroundings): FetchedBatch {
  const { topic, partition, messages } = payload.batch
  const batches = expectRecordBatches(messages)
  const epoch = fence.capture(partition)
  const check = () => fence.check(epoch)
  return {
    partition,
    epoch,
    batches,
    check,
    heartbeat: () => payload.heartbeat(),
    isRunning: () => payload.isRunning(),
    commit: async (next, metadata) => {
      check()
      const committed = { partition, offset: String(next), metadata } // kafkajs's type lacks the metadata
      const start_ms = performance.now()
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [committed] }] })
      meter.committed(performance.now() - start_ms)
    },
    continueAt: (offset) => {
      check()
      payload.resolveOffset(String(offset - 1))
    },
    seek: (offset) => {
      check()
      consumer.seek({ topic, partition, offset: String(offset) })
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
