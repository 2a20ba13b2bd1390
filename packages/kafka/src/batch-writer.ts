import { compressLz4 } from './codecs.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { BATCH_BYTES_MAX } from './record.ts'
import { varintBytes, writeVarint } from './varint.ts'

/** Of a record without headers: its attributes, its distance to the batch's timestamp, and how many headers it has. */
const FIXED_BYTES = 3
/** The lengths of the record, its key and its value, and its number in the batch. */
const VARINTS_BYTES_MAX = 4 * 5

/**
 * The records of one partition as they lie in the log, one after the other, until they are a batch: for whoever writes so many
 * records that an object for each would cost more than the record. They have no headers. Its memory is taken once.
 *
 * https://kafka.apache.org/documentation/#record
 */
export class BatchWriter {
  /** Where keys and values are written, at the places that {@link begin} says. */
  readonly bytes = Buffer.allocUnsafeSlow(BATCH_BYTES_MAX)
  /** How many records there are. */
  count = 0
  /** Where the key of the record that was begun last goes. */
  keyAt = 0
  /** Where its value goes. */
  valueAt = 0
  #end = 0

  /**
   * Begins a record, whose key and value have to be written before the next one begins.
   *
   * @returns false when the batch has no room for it and has to be taken first
   * @throws {RangeError} when no batch has
   */
  begin(keyLength: number, valueLength: number): boolean {
    if (this.#end + keyLength + valueLength + FIXED_BYTES + VARINTS_BYTES_MAX > this.bytes.length) {
      if (this.count > 0) return false
      throw new RangeError(`a record of ${keyLength + valueLength} bytes exceeds a batch`)
    }
    const { bytes, count } = this
    const sizes = varintBytes(count) + varintBytes(keyLength) + varintBytes(valueLength)
    let at = writeVarint(bytes, this.#end, FIXED_BYTES + sizes + keyLength + valueLength)
    bytes[at++] = 0 // attributes, which are not used
    bytes[at++] = 0 // the distance to the batch's timestamp
    at = writeVarint(bytes, at, count)
    this.keyAt = writeVarint(bytes, at, keyLength)
    this.valueAt = writeVarint(bytes, this.keyAt + keyLength, valueLength)
    this.#end = this.valueAt + valueLength
    bytes[this.#end++] = 0 // no headers
    this.count = count + 1
    return true
  }

  /** The batch of all records since the last one. The memory is free for the next. */
  take(timestamp_ms: number): OutgoingBatch {
    const batch = new OutgoingBatch(this.count, compressLz4(this.bytes.subarray(0, this.#end)), timestamp_ms)
    this.count = 0
    this.#end = 0
    return batch
  }
}
