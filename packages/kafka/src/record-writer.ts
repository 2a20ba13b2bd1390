import type { Header, OutgoingRecord, RecordKey } from './record.ts'
import { varintBytes, writeVarint } from './varint.ts'

/** What stands for null in the place of a length. */
const NULL = -1
const CAPACITY_FIRST_BYTES = 1024 * 1024
const NO_HEADERS: readonly Header[] = []

/**
 * Writes the records of one batch after the other as they lie in the log, into memory that is used again. kafkajs makes half
 * a dozen buffers for each record, which costs it 10 to 18 µs.
 */
export class RecordWriter {
  #bytes = Buffer.allocUnsafeSlow(CAPACITY_FIRST_BYTES)
  #at = 0

  /**
   * The records as the bytes of a batch, without its header; they are there until the next call. All records have the
   * batch's timestamp.
   *
   * @param bytes_max at least the sum of the records' `recordBytes`
   * @throws {RangeError} when they do not fit into `bytes_max`
   */
  write(records: readonly OutgoingRecord<RecordKey>[], bytes_max: number): Buffer {
    if (bytes_max > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(bytes_max)
    this.#at = 0
    let offsetDelta = 0
    for (const record of records) this.#writeRecord(record, offsetDelta++)
    // a byte beyond the end of the memory is not written, but counted
    if (this.#at > bytes_max) throw new RangeError(`${this.#at} bytes do not fit into ${bytes_max}`)
    return this.#bytes.subarray(0, this.#at)
  }

  /** https://kafka.apache.org/documentation/#record */
  #writeRecord({ key, value, headers = NO_HEADERS }: OutgoingRecord<RecordKey>, offsetDelta: number): void {
    const keyLength = key === null ? NULL : Buffer.byteLength(key)
    this.#writeVarint(
      ATTRIBUTES_BYTES +
        TIMESTAMP_DELTA_BYTES +
        varintBytes(offsetDelta) +
        sizedBytes(keyLength) +
        sizedBytes(value.length) +
        headersBytes(headers),
    )
    this.#bytes[this.#at++] = 0 // attributes, which are not used
    this.#bytes[this.#at++] = 0 // the distance to the batch's timestamp
    this.#writeVarint(offsetDelta)
    this.#writeVarint(keyLength)
    if (key !== null) this.#write(key, keyLength)
    this.#writeVarint(value.length)
    this.#write(value, value.length)
    this.#writeVarint(headers.length)
    for (const [name, content] of headers) {
      const nameLength = Buffer.byteLength(name)
      this.#writeVarint(nameLength)
      this.#write(name, nameLength)
      this.#writeVarint(content.length)
      this.#write(content, content.length)
    }
  }

  #write(content: string | Buffer, length: number): void {
    if (typeof content !== 'string') this.#bytes.set(content, this.#at)
    // of ASCII the characters are the bytes, which is the faster way
    else this.#bytes.write(content, this.#at, length === content.length ? 'latin1' : 'utf8')
    this.#at += length
  }

  #writeVarint(value: number): void {
    this.#at = writeVarint(this.#bytes, this.#at, value)
  }
}

const ATTRIBUTES_BYTES = 1
const TIMESTAMP_DELTA_BYTES = 1

function headersBytes(headers: readonly Header[]): number {
  let bytes = varintBytes(headers.length)
  for (const [name, content] of headers) bytes += sizedBytes(Buffer.byteLength(name)) + sizedBytes(content.length)
  return bytes
}

/** What a length and as many bytes take. */
function sizedBytes(length: number): number {
  return varintBytes(length) + Math.max(length, 0)
}
