import { crc32c } from '@node-rs/crc32'
import type { Message } from 'kafkajs'

/** Which producer object sends a batch, and the place of its first record among those sent to the partition. */
export interface ProducerState {
  producerId: { toString(): string }
  producerEpoch: number
  firstSequence: number
}

/**
 * Records that go to one partition in one send, encoded and compressed once, however often they are sent. The patched kafkajs
 * asks for the bytes at each attempt: only the header differs between them.
 */
export class OutgoingBatch {
  /** How many records there are: so many sequence numbers the batch takes. */
  readonly count: number
  readonly #compressed: Buffer
  readonly #timestamp_ms: number

  /** `compressed` are the records one after the other, as a frame of LZ4. */
  constructor(count: number, compressed: Buffer, timestamp_ms: number) {
    this.count = count
    this.#compressed = compressed
    this.#timestamp_ms = timestamp_ms
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    return HEADER_BYTES + this.#compressed.length
  }

  /** The bytes of the batch in parts, which make a whole one after the other. */
  encode(producer: ProducerState): Buffer[] {
    return [this.#encodeHeader(producer), this.#compressed]
  }

  /** https://kafka.apache.org/documentation/#recordbatch */
  #encodeHeader({ producerId, producerEpoch, firstSequence }: ProducerState): Buffer {
    const header = Buffer.alloc(HEADER_BYTES)
    const timestamp_ms = BigInt(this.#timestamp_ms)
    header.writeInt32BE(HEADER_BYTES - LENGTH_END + this.#compressed.length, LENGTH_AT)
    header.writeInt8(MAGIC, MAGIC_AT)
    header.writeInt16BE(LZ4, CHECKED_FROM)
    header.writeInt32BE(this.count - 1, LAST_OFFSET_DELTA_AT)
    header.writeBigInt64BE(timestamp_ms, FIRST_TIMESTAMP_AT)
    header.writeBigInt64BE(timestamp_ms, MAX_TIMESTAMP_AT)
    header.writeBigInt64BE(BigInt(producerId.toString()), PRODUCER_ID_AT)
    header.writeInt16BE(producerEpoch, PRODUCER_EPOCH_AT)
    header.writeInt32BE(firstSequence, FIRST_SEQUENCE_AT)
    header.writeInt32BE(this.count, COUNT_AT)
    header.writeUInt32BE(crc32c(this.#compressed, crc32c(header.subarray(CHECKED_FROM))), CHECKSUM_AT)
    return header
  }
}

/**
 * What stands for the batch among a send's messages, alone. The timestamp is none, so that a kafkajs without the patch
 * throws instead of sending an empty message.
 */
export function standIn(partition: number, batch: OutgoingBatch): Message & { batch: OutgoingBatch } {
  return { partition, batch, value: null, timestamp: 'see the batch' }
}

const MAGIC = 2
/** In the attributes: the codec. Without a bit for the timestamps, which are then the producer's. */
const LZ4 = 3
// The first offset is 0, and so is the leader's epoch: the broker sets both.
const LENGTH_AT = 8
const LENGTH_END = 12
const MAGIC_AT = 16
const CHECKSUM_AT = 17
/** The attributes, and all that follows. */
const CHECKED_FROM = 21
const LAST_OFFSET_DELTA_AT = 23
const FIRST_TIMESTAMP_AT = 27
const MAX_TIMESTAMP_AT = 35
const PRODUCER_ID_AT = 43
const PRODUCER_EPOCH_AT = 51
const FIRST_SEQUENCE_AT = 53
const COUNT_AT = 57
const HEADER_BYTES = 61
