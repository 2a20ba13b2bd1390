import { CaretallyError } from '@caretally/runtime'

import { Lz4Decoder } from './lz4-decoder.ts'
import type { RecordBatch } from './record-batch.ts'

/** What stands for null in the place of a length. */
const NULL = -1

/**
 * Reads the records of a partition's batches one after the other, where they lie: nothing is made for a record. One batch at
 * a time is decompressed, into memory that is used again.
 *
 * Every offset comes, in order and without a gap; where one is missing it throws.
 */
export class RecordReader {
  /** The bytes in which the present record lies, and a view of the same memory. Others after each {@link next}. */
  bytes: Buffer
  view: DataView
  /** Of the present record. */
  offset = -1
  timestamp_ms = 0
  /** Where its value begins and ends in `bytes`; the same where there is none. */
  valueStart = 0
  valueEnd = 0
  #isValueNull = true
  #keyStart = 0
  #keyLength = NULL
  #headersAt = 0

  readonly #decoder = new Lz4Decoder()
  #partition = 0
  #batches: readonly RecordBatch[] = []
  #nextBatch = 0
  #batch: RecordBatch | undefined
  #recordsLeft = 0
  #at = 0

  constructor() {
    const { bytes, view } = this.#decoder
    this.bytes = bytes
    this.view = view
  }

  /** Turns to other batches, of which it reads the records from offset `from` on. */
  open(partition: number, batches: readonly RecordBatch[], from: number): void {
    this.#partition = partition
    this.#batches = batches
    this.#nextBatch = 0
    this.#recordsLeft = 0
    this.offset = from - 1
  }

  /** Whether there was another record; it is then the present one. */
  next(): boolean {
    const expected = this.offset + 1
    do {
      while (this.#recordsLeft === 0) if (!this.#openBatch(expected)) return false
      this.#readRecord()
    } while (this.offset < expected)
    if (this.offset > expected) throw offsetGap(this.#partition, expected, this.offset)
    return true
  }

  /** A copy of the key; null where there is none. */
  copyKey(): Buffer | null {
    if (this.#keyLength === NULL) return null
    return Buffer.from(this.bytes.subarray(this.#keyStart, this.#keyStart + this.#keyLength))
  }

  /** A copy of the value; null where there is none. */
  copyValue(): Buffer | null {
    return this.#isValueNull ? null : Buffer.from(this.bytes.subarray(this.valueStart, this.valueEnd))
  }

  /** Copies of the headers, in their order. A header without a value has an empty one. */
  copyHeaders(): [name: Buffer, value: Buffer][] {
    const headers: [Buffer, Buffer][] = []
    const next = this.#at
    this.#at = this.#headersAt
    for (let left = this.#varint(); left > 0; left--) {
      const name = this.#copyBytes()
      headers.push([name, this.#copyBytes()])
    }
    this.#at = next
    return headers
  }

  #openBatch(expected: number): boolean {
    const batch = this.#batches[this.#nextBatch]
    this.#nextBatch += 1
    if (batch === undefined) {
      const end = (this.#batches.at(-1)?.last ?? -1) + 1
      if (expected < end) throw offsetGap(this.#partition, expected, end)
      return false
    }
    if (batch.last < expected) return this.#openBatch(expected)
    if (batch.first > expected) throw offsetGap(this.#partition, expected, batch.first)
    this.#batch = batch
    this.#decoder.decode(batch.compressed)
    this.bytes = this.#decoder.bytes
    this.view = this.#decoder.view
    this.#recordsLeft = batch.count
    this.#at = 0
    return true
  }

  /** https://kafka.apache.org/documentation/#record */
  #readRecord(): void {
    const batch = this.#batch!
    const length = this.#varint()
    const end = this.#at + length
    if (length <= 0 || end > this.#decoder.length) throw this.#unreadable()
    this.#at += 1 // attributes, which are not used
    this.timestamp_ms = batch.timestampOf(this.#varlong())
    this.offset = batch.first + this.#varint()

    this.#keyLength = this.#varint()
    this.#keyStart = this.#at
    this.#at += Math.max(this.#keyLength, 0)
    const valueLength = this.#varint()
    this.#isValueNull = valueLength === NULL
    this.valueStart = this.#at
    this.valueEnd = this.#at + Math.max(valueLength, 0)
    this.#headersAt = this.valueEnd
    if (this.#keyLength < NULL || valueLength < NULL || this.#headersAt >= end) throw this.#unreadable()
    this.#at = end
    this.#recordsLeft -= 1
  }

  #copyBytes(): Buffer {
    const length = Math.max(this.#varint(), 0)
    this.#at += length
    return Buffer.from(this.bytes.subarray(this.#at - length, this.#at))
  }

  /** A signed integer of up to 32 bits, zigzag, in groups of seven bits, the lowest first. */
  #varint(): number {
    const { bytes } = this
    let byte = bytes[this.#at++]!
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = bytes[this.#at++]!
      value |= (byte & 0x7f) << shift
    }
    return (value >>> 1) ^ -(value & 1)
  }

  /** The same of up to 64 bits; exact below 2^53. */
  #varlong(): number {
    const { bytes } = this
    let byte = bytes[this.#at++]!
    let value = byte & 0x7f
    for (let factor = 0x80; byte > 0x7f && factor < 2 ** 70; factor *= 0x80) {
      byte = bytes[this.#at++]!
      value += (byte & 0x7f) * factor
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #unreadable(): CaretallyError {
    const { first } = this.#batch!
    return new CaretallyError(
      'batch_unreadable',
      `the batch at offset ${first} of partition ${this.#partition} is broken`,
    )
  }
}

function offsetGap(partition: number, expected: number, offset: number): CaretallyError {
  return new CaretallyError('offset_gap', `partition ${partition} goes on at offset ${offset} instead of ${expected}`, {
    hint: 'the events between were deleted by the topic’s retention, or a transactional producer wrote to it; docs/operations.md says what to do',
  })
}
