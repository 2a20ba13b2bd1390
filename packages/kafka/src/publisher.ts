import { settleAll, systemClock } from '@caretally/runtime'
import type { Kafka } from 'kafkajs'

import { type Batch, cutBatches } from './batches.ts'
import { compressLz4 } from './codecs.ts'
import { createLane, type Lane, type LaneOptions } from './lane.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { partitionOf } from './partition-of.ts'
import { RecordWriter } from './record-writer.ts'
import { BATCH_BYTES_MAX, type OutgoingRecord, type RecordKey } from './record.ts'
import { createRoom } from './room.ts'
import { checkTopic } from './topics.ts'

/** Records that all in-sync replicas have: those of one send, in the order of their offsets. */
export interface Acknowledgement<R extends OutgoingRecord<RecordKey> = OutgoingRecord> {
  readonly partition: number
  /** The offset of the first record; the broker may report -1 for a batch that it had already. */
  readonly baseOffset: string
  readonly records: readonly R[]
}

export interface PublisherOptions extends LaneOptions {
  /** Producer objects, and so sends at a time; never more than the topic has partitions. */
  lanes_max?: number
  batch_rows_max?: number
  batch_bytes_max?: number
  outstanding_bytes_max?: number
}

export interface Publisher extends AsyncDisposable {
  readonly topic: string
  readonly partitions: number
  /** The partition of a key: the one that the Java client and kafkajs choose too. */
  partitionOf(key: string | Buffer): number
  /**
   * Resolves when every record is acknowledged by all in-sync replicas; `onAcknowledged` is told of each send as soon as
   * it is, also when others of the same call fail later. Records of one key keep their order, also between calls.
   * Waits for room before it takes the records, so that the memory of all calls together is bounded.
   *
   * @throws {CaretallyError} `record_too_large` or `record_unplaced`, before anything is sent; `publish_aborted` by the
   *   signal; `publish_failed` when a send was refused for good or had not succeeded after `delivery_ms_max`. A publisher
   *   that has failed is of no further use.
   */
  publish<R extends OutgoingRecord<RecordKey>>(
    records: readonly R[],
    onAcknowledged?: (acknowledgement: Acknowledgement<R>) => void,
  ): Promise<void>
  /**
   * The same for one batch that is encoded already (see `BatchWriter`) and whose records belong to the partition; resolves to its
   * base offset. Batches of a partition keep the order of the calls.
   */
  publishBatch(partition: number, batch: OutgoingBatch): Promise<string>
}

/** Each lane costs two connections and their timers. */
const LANES_MAX = 4
/** So many that it is the bytes that bound a batch of events, and the broker has few of them to check. */
const BATCH_ROWS_MAX = 5_000
const OUTSTANDING_BYTES_MAX = 32 * 1024 * 1024

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
  const room = createRoom(outstanding_bytes_max, options.watch?.outstanding)
  const { clock = systemClock } = options
  const writer = new RecordWriter()

  function encode({ records, bytes }: Batch): OutgoingBatch {
    return new OutgoingBatch(records.length, compressLz4(writer.write(records, bytes)), clock.now())
  }

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
          const baseOffset = await laneOf(lanes, batch.partition).send(batch.partition, () => encode(batch))
          onAcknowledged?.({ partition: batch.partition, baseOffset, records: batch.records })
        })
        await settleAll(sends)
      } finally {
        room.give(bytes)
      }
    },
    async publishBatch(partition, batch) {
      await room.take(batch.bytes)
      try {
        return await laneOf(lanes, partition).send(partition, () => batch)
      } finally {
        room.give(batch.bytes)
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

function laneOf(lanes: readonly Lane[], partition: number): Lane {
  return lanes[partition % lanes.length]!
}
