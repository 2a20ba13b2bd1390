import { CaretallyError, type Clock, type Logger, type Pace, retry, systemClock } from '@caretally/runtime'
import kafkajs, { type Kafka, type Producer, type RecordMetadata } from 'kafkajs'

import { checkTopic } from './topics.ts'

/** What is published: a key that decides the partition, and bytes. A caller may hang more on it, for its own books. */
export interface OutgoingRecord {
  readonly key: string
  readonly value: Buffer
}

/** Records that all in-sync replicas have: those of one send, in the order of their offsets. */
export interface Acknowledgement<R extends OutgoingRecord = OutgoingRecord> {
  readonly partition: number
  /** The offset of the first record; the broker may report -1 for a batch that it had already. */
  readonly baseOffset: string
  readonly records: readonly R[]
}

export interface PublisherOptions {
  kafka: Kafka
  topic: string
  logger: Logger
  clock?: Clock
  /** Aborting it ends the waits and the repetitions; what was being sent may or may not be in the topic. */
  signal?: AbortSignal
  /** Producer objects, and so sends at a time; never more than the topic has partitions. */
  lanes_max?: number
  batch_rows_max?: number
  batch_bytes_max?: number
  outstanding_bytes_max?: number
  delivery_ms_max?: number
}

export interface Publisher extends AsyncDisposable {
  readonly topic: string
  readonly partitions: number
  /** The partition of a key: the one that the Java client and kafkajs choose too. */
  partitionOf(key: string): number
  /**
   * Resolves when every record is acknowledged by all in-sync replicas; `onAcknowledged` is told of each send as soon as
   * it is, also when others of the same call fail later. Records of one key keep their order, also between calls.
   * Waits for room before it takes the records, so that the memory of all calls together is bounded.
   *
   * @throws {CaretallyError} `record_too_large`, before anything is sent; `publish_aborted` by the signal; `publish_failed`
   *   when a send was refused for good or had not succeeded after `delivery_ms_max`. A publisher that has failed is of no
   *   further use.
   */
  publish<R extends OutgoingRecord>(
    records: readonly R[],
    onAcknowledged?: (acknowledgement: Acknowledgement<R>) => void,
  ): Promise<void>
}

/** Each lane costs two connections and their timers. */
const LANES_MAX = 4
/** kafkajs's cost of a record grows with the size of its batch; the gain of larger batches ends about here. */
const BATCH_ROWS_MAX = 1_000
/** Below the broker's default `message.max.bytes` of 1,048,588, even if nothing could be compressed. */
const BATCH_BYTES_MAX = 900_000
/** Lengths, attributes and deltas that the log adds to a record's key and value, at most. */
const RECORD_OVERHEAD_BYTES_MAX = 24
const OUTSTANDING_BYTES_MAX = 32 * 1024 * 1024
/** How long a batch is sent again before the publisher gives up; Kafka's own default for `delivery.timeout.ms`. */
const DELIVERY_MS_MAX = 120_000
const DELIVERY_PACE: Pace = { first_ms: 200, max_ms: 5_000 }
/** kafkajs's own repetitions inside one send, about 5 s; after them the producer object is discarded. */
const SEND_RETRY = { retries: 4, initialRetryTime: 200, maxRetryTime: 3_000 }
const ACKS_ALL = -1

/** Answers that no repetition changes. */
const PERMANENT_ERRORS = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'ILLEGAL_SASL_STATE',
  'INVALID_RECORD',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_SASL_MECHANISM',
])

/**
 * Publishes to one topic so that an acknowledged record is in the log, whatever fails meanwhile.
 *
 * kafkajs 2.2.4 can lose records that it reports as sent: in a send that spans brokers, and in idempotent sends that
 * overlap or follow a rejected one, because a lost acknowledgement lets the next batch reuse its sequence numbers
 * (tulios/kafkajs#598, #1050, #1303). Hence the rules here:
 *
 * - One partition a send, and the returned metadata must cover it.
 * - One outstanding send for each producer object. A partition belongs to one object (a lane); lanes run side by side.
 * - The producers are idempotent, so that kafkajs's repetitions inside a send, which reuse the sequence numbers of the
 *   same records, leave no duplicates in the log. `retries` is set, because kafkajs ignores its idempotent default.
 * - When a send is rejected its producer object is discarded, and with it the sequence numbers in doubt. A new one sends
 *   the same records again. If the lost acknowledgement was of a written batch the log then holds them twice, with the
 *   same event ids, and the consumer drops the second.
 *
 * @throws {CaretallyError} `topic_missing` or `topic_misconfigured`
 */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { kafka, topic, outstanding_bytes_max = OUTSTANDING_BYTES_MAX } = options
  const partitions = await countPartitions(kafka, topic)
  const limits = {
    rows_max: options.batch_rows_max ?? BATCH_ROWS_MAX,
    bytes_max: options.batch_bytes_max ?? BATCH_BYTES_MAX,
  }
  const lanes = Array.from({ length: Math.min(partitions, options.lanes_max ?? LANES_MAX) }, () => createLane(options))
  const room = createRoom(outstanding_bytes_max)

  return {
    topic,
    partitions,
    partitionOf: (key) => partitionOf(key, partitions),
    async publish(records, onAcknowledged) {
      const batches = cutBatches(records, partitions, limits)
      const bytes = batches.reduce((sum, batch) => sum + batch.bytes, 0)
      await room.take(bytes)
      try {
        const sends = batches.map(async (batch) => {
          const baseOffset = await laneOf(lanes, batch.partition).send(batch)
          onAcknowledged?.({ partition: batch.partition, baseOffset, records: batch.records })
        })
        await settleAll(sends)
      } finally {
        room.give(bytes)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

async function countPartitions(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await checkTopic(admin, topic)
  } finally {
    await admin.disconnect()
  }
}

interface Batch<R extends OutgoingRecord = OutgoingRecord> {
  partition: number
  bytes: number
  records: R[]
}

function cutBatches<R extends OutgoingRecord>(
  records: readonly R[],
  partitions: number,
  { rows_max, bytes_max }: { rows_max: number; bytes_max: number },
): Batch<R>[] {
  const batches: Batch<R>[] = []
  const open: (Batch<R> | undefined)[] = Array.from({ length: partitions })
  for (const record of records) {
    const bytes = Buffer.byteLength(record.key) + record.value.length + RECORD_OVERHEAD_BYTES_MAX
    if (bytes > bytes_max) {
      throw new CaretallyError('record_too_large', `a record of ${bytes} bytes exceeds the limit of ${bytes_max}`)
    }
    const partition = partitionOf(record.key, partitions)
    let batch = open[partition]
    if (batch === undefined || batch.records.length === rows_max || batch.bytes + bytes > bytes_max) {
      batch = { partition, bytes: 0, records: [] }
      open[partition] = batch
      batches.push(batch)
    }
    batch.records.push(record)
    batch.bytes += bytes
  }
  return batches
}

interface Lane {
  /** The base offset of the batch, once it is acknowledged. Batches are sent one after the other, in the order of the calls. */
  send(batch: Batch): Promise<string>
  close(): Promise<void>
}

function laneOf(lanes: readonly Lane[], partition: number): Lane {
  return lanes[partition % lanes.length]!
}

/** One producer object at a time, and at most one outstanding send on it. */
function createLane({ kafka, topic, logger, clock = systemClock, signal, ...options }: PublisherOptions): Lane {
  const delivery_ms_max = options.delivery_ms_max ?? DELIVERY_MS_MAX
  let producer: Producer | undefined
  let failure: CaretallyError | undefined
  let tail: Promise<unknown> = Promise.resolve()

  async function sendOnce({ partition, records }: Batch): Promise<string> {
    producer ??= kafka.producer({
      idempotent: true,
      retry: SEND_RETRY,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    const current = producer
    const sending = connectAndSend(current, topic, partition, records)
    try {
      const metadata = await settleOrAbort(sending, signal)
      return assertCovered(metadata, topic, partition)
    } catch (error) {
      producer = undefined
      discard(current, sending, logger)
      throw error
    }
  }

  async function deliver(batch: Batch): Promise<string> {
    if (failure !== undefined) throw failure
    const deadline_ms = clock.now() + delivery_ms_max
    try {
      return await retry(() => sendOnce(batch), {
        clock,
        pace: DELIVERY_PACE,
        shouldRetry: (error) => !signal?.aborted && !isPermanent(error) && clock.now() < deadline_ms,
        onRetry: (error, attempt, delay_ms) => {
          logger.warn(
            { partition: batch.partition, rows: batch.records.length, attempt, delay_ms, error },
            'a batch was not acknowledged; sending it again with a new producer',
          )
        },
        ...(signal && { signal }),
      })
    } catch (cause) {
      failure = signal?.aborted ? publishAborted(topic, cause) : publishFailed(topic, batch.partition, cause)
      throw failure
    }
  }

  return {
    send(batch) {
      const sent = tail.then(() => deliver(batch))
      tail = sent.catch(() => undefined)
      return sent
    },
    async close() {
      await tail
      await producer?.disconnect()
      producer = undefined
      failure ??= new CaretallyError('publisher_closed', 'the publisher is closed')
    },
  }
}

async function connectAndSend(
  producer: Producer,
  topic: string,
  partition: number,
  records: readonly OutgoingRecord[],
): Promise<RecordMetadata[]> {
  await producer.connect()
  return producer.send({
    topic,
    acks: ACKS_ALL,
    compression: kafkajs.CompressionTypes.LZ4,
    messages: records.map(({ key, value }) => ({ key, value, partition })),
  })
}

/** The partition's base offset; throws when the metadata of a resolved send do not cover the partition without an error. */
function assertCovered(metadata: RecordMetadata[], topic: string, partition: number): string {
  const covering = metadata.find((entry) => entry?.topicName === topic && entry.partition === partition)
  if (covering?.errorCode === 0 && covering.baseOffset !== undefined) return covering.baseOffset
  throw new CaretallyError('send_not_covered', `a send resolved without partition ${partition} of ${topic}`, {
    retriable: true,
  })
}

/**
 * Disconnects a producer object once its send has settled, which kafkajs bounds. Earlier would be in vain: a send that goes
 * on reconnects by itself.
 */
function discard(producer: Producer, sending: Promise<unknown>, logger: Logger): void {
  const disconnect = () => producer.disconnect()
  sending.then(disconnect, disconnect).catch((error: unknown) => {
    logger.debug({ error }, 'a discarded producer did not disconnect cleanly')
  })
}

function publishAborted(topic: string, cause: unknown): CaretallyError {
  return new CaretallyError('publish_aborted', `publishing to ${topic} was stopped before all was acknowledged`, {
    cause,
  })
}

function publishFailed(topic: string, partition: number, cause: unknown): CaretallyError {
  return new CaretallyError('publish_failed', `partition ${partition} of ${topic} took no more records`, {
    hint: 'see that Kafka runs and that the topic may be written to; unacknowledged records may be sent again safely',
    retriable: !isPermanent(cause),
    cause,
  })
}

/** Whether an error, or what caused it, is one that a repetition cannot change. */
function isPermanent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('type' in error && typeof error.type === 'string' && PERMANENT_ERRORS.has(error.type)) return true
  return error.name === 'KafkaJSSASLAuthenticationError' || isPermanent(error.cause)
}

/** Waits for all, so that nothing goes on behind the caller's back, then throws the first error. */
async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises)
  const rejected = results.find((result) => result.status === 'rejected')
  if (rejected) throw rejected.reason
}

function settleOrAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** First come, first served. One who wants more than there is altogether gets it alone. */
function createRoom(capacity: number) {
  const waiting: { amount: number; enter: () => void }[] = []
  let taken = 0

  function admit(): void {
    for (let next = waiting[0]; next && (taken === 0 || taken + next.amount <= capacity); next = waiting[0]) {
      waiting.shift()
      taken += next.amount
      next.enter()
    }
  }

  return {
    take(amount: number): Promise<void> {
      return new Promise((resolve) => {
        waiting.push({ amount, enter: resolve })
        admit()
      })
    },
    give(amount: number): void {
      taken -= amount
      admit()
    },
  }
}

/** Kafka's murmur2 of the key, without its sign, modulo the number of partitions. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitions
}

const MURMUR2_SEED = 0x9747_b28c
const MURMUR2_M = 0x5bd1_e995
const ASCII_ONLY = /^[\0-\x7f]*$/

/**
 * Kafka's murmur2 (`org.apache.kafka.common.utils.Utils.murmur2`) of the key's UTF-8 bytes, as a signed 32-bit number.
 * Keys are pseudonyms in hexadecimal: of an ASCII key the characters are the bytes, which spares the copy.
 */
function murmur2(key: string): number {
  const text = ASCII_ONLY.test(key) ? key : Buffer.from(key).toString('latin1')
  const length = text.length
  const tail = length & ~3
  let h = MURMUR2_SEED ^ length
  for (let i = 0; i < tail; i += 4) {
    let k =
      text.charCodeAt(i) |
      (text.charCodeAt(i + 1) << 8) |
      (text.charCodeAt(i + 2) << 16) |
      (text.charCodeAt(i + 3) << 24)
    k = Math.imul(k, MURMUR2_M)
    k ^= k >>> 24
    h = Math.imul(h, MURMUR2_M) ^ Math.imul(k, MURMUR2_M)
  }
  const rest = length - tail
  if (rest === 3) h ^= text.charCodeAt(tail + 2) << 16
  if (rest >= 2) h ^= text.charCodeAt(tail + 1) << 8
  if (rest >= 1) h = Math.imul(h ^ text.charCodeAt(tail), MURMUR2_M)
  h = Math.imul(h ^ (h >>> 13), MURMUR2_M)
  return h ^ (h >>> 15)
}
