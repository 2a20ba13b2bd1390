import { CaretallyError, type Clock, type Logger, type Pace, retry, systemClock } from '@caretally/runtime'
import kafkajs, { type Kafka, type Producer, type RecordMetadata } from 'kafkajs'

import { asForbidden } from './forbidden.ts'
import { type OutgoingBatch, standIn } from './outgoing-batch.ts'
import { isPermanent } from './permanent-error.ts'
import type { BatchWatch, PublishWatch } from './publish-watch.ts'

export interface LaneOptions {
  kafka: Kafka
  topic: string
  logger: Logger
  clock?: Clock
  /**
   * Aborting it ends the waits and our repetitions. What was being sent may or may not be in the topic, and kafkajs may go on
   * sending it for a while.
   */
  signal?: AbortSignal
  delivery_ms_max?: number
  watch?: PublishWatch
}

export interface Lane {
  /**
   * The base offset of the batch, once it is acknowledged. Batches are sent one after the other, in the order of the calls;
   * `encode` is called when it is the batch's turn.
   */
  send(partition: number, encode: () => OutgoingBatch): Promise<string>
  close(): Promise<void>
}

/** How long a batch is sent again before the publisher gives up; Kafka's own default for `delivery.timeout.ms`. */
const DELIVERY_MS_MAX = 120_000
const DELIVERY_PACE: Pace = { first_ms: 200, max_ms: 5_000 }
/** kafkajs's own repetitions inside one send, for about 5 s of waiting; after them the producer object is discarded. */
const SEND_RETRY = { retries: 4, initialRetryTime: 200, maxRetryTime: 3_000 }
const ACKS_ALL = -1

/** One producer object at a time, and at most one outstanding send on it. */
export function createLane({
  kafka,
  topic,
  logger,
  clock = systemClock,
  signal,
  watch,
  ...options
}: LaneOptions): Lane {
  const delivery_ms_max = options.delivery_ms_max ?? DELIVERY_MS_MAX
  let producer: Producer | undefined
  let failure: CaretallyError | undefined
  let tail: Promise<unknown> = Promise.resolve()

  async function sendOnce(partition: number, batch: OutgoingBatch, watched: BatchWatch | undefined): Promise<string> {
    producer ??= kafka.producer({
      idempotent: true,
      retry: SEND_RETRY,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    const current = producer
    const start_ms = performance.now()
    const sending = connectAndSend(current, topic, partition, batch)
    try {
      const metadata = await settleOrAbort(sending, signal)
      const baseOffset = assertCovered(metadata, topic, partition)
      watched?.acknowledged(performance.now() - start_ms)
      return baseOffset
    } catch (error) {
      watched?.failed(error)
      producer = undefined
      discard(current, sending, logger)
      throw error
    }
  }

  async function deliver(partition: number, encode: () => OutgoingBatch): Promise<string> {
    if (failure !== undefined) throw failure
    const deadline_ms = clock.now() + delivery_ms_max
    const watched = watch?.begin()
    try {
      const batch = encode()
      return await retry(() => sendOnce(partition, batch, watched), {
        clock,
        pace: DELIVERY_PACE,
        shouldRetry: (error) => !signal?.aborted && !isPermanent(error) && clock.now() < deadline_ms,
        onRetry: (error, attempt, delay_ms) => {
          logger.warn(
            { partition, rows: batch.count, attempt, delay_ms, error },
            'a batch was not acknowledged; sending it again with a new producer',
          )
        },
        ...(signal && { signal }),
      })
    } catch (cause) {
      failure = signal?.aborted
        ? publishAborted(topic, cause)
        : (asForbidden(cause) ?? publishFailed(topic, partition, cause))
      throw failure
    }
  }

  return {
    send(partition, encode) {
      const sent = tail.then(() => deliver(partition, encode))
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
  batch: OutgoingBatch,
): Promise<RecordMetadata[]> {
  await producer.connect()
  return producer.send({ topic, acks: ACKS_ALL, messages: [standIn(partition, batch)] })
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

function settleOrAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
