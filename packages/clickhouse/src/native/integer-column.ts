import { type Column, valueRefused } from './column.ts'
import { GrowingBuffer } from './growing-buffer.ts'

const WIDTH_BYTES = { UInt8: 1, UInt16: 2, UInt32: 4 } as const

/** Unsigned integers of up to 32 bits, little-endian. */
export class UnsignedColumn implements Column {
  readonly type: keyof typeof WIDTH_BYTES
  readonly #width_bytes: number
  readonly #max: number
  readonly #data = new GrowingBuffer()

  constructor(type: keyof typeof WIDTH_BYTES) {
    this.type = type
    this.#width_bytes = WIDTH_BYTES[type]
    this.#max = 2 ** (8 * this.#width_bytes) - 1
  }

  get rows(): number {
    return this.#data.length / this.#width_bytes
  }

  /** @throws {CaretallyError} `column_value_invalid` when it is not an integer within the type's bounds */
  append(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value <= this.#max)) throw valueRefused(this.type)
    const start = this.#data.reserve(this.#width_bytes)
    if (this.#width_bytes === 2) this.#data.view.setUint16(start, value, true)
    else if (this.#width_bytes === 1) this.#data.view.setUint8(start, value)
    else this.#data.view.setUint32(start, value, true)
  }

  reset(): void {
    this.#data.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#data)
  }
}

/** The times that a DateTime64 can hold, milliseconds since the Unix epoch: the years 1900 to 2299. */
export const TIME_MS_MIN = Date.UTC(1900, 0)
export const TIME_MS_MAX = Date.UTC(2300, 0) - 1

const LONG_BOUNDS = {
  UInt64: [0n, 2n ** 64n - 1n],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
  "DateTime64(3, 'UTC')": [BigInt(TIME_MS_MIN), BigInt(TIME_MS_MAX)],
} as const

/** Integers of 64 bits, little-endian, and times, which are kept as their milliseconds. */
export class LongColumn implements Column {
  readonly type: keyof typeof LONG_BOUNDS
  readonly #min: number
  readonly #max: number
  readonly #data = new GrowingBuffer()

  constructor(type: keyof typeof LONG_BOUNDS) {
    this.type = type
    this.#min = Math.max(Number.MIN_SAFE_INTEGER, Number(LONG_BOUNDS[type][0]))
    this.#max = Math.min(Number.MAX_SAFE_INTEGER, Number(LONG_BOUNDS[type][1]))
  }

  get rows(): number {
    return this.#data.length / 8
  }

  /**
   * Numbers are the fast path and must be safe integers; a bigint may be anything that the type can hold.
   *
   * @throws {CaretallyError} `column_value_invalid` otherwise
   */
  append(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.#appendBigInt(value)
      return
    }
    if (!(Number.isInteger(value) && value >= this.#min && value <= this.#max)) throw valueRefused(this.type)
    const start = this.#data.reserve(8)
    // Both are the value modulo 2^32, which keeps V8 from putting a number of its own on the heap.
    this.#data.view.setInt32(start, value | 0, true)
    this.#data.view.setInt32(start + 4, Math.floor(value / 0x1_0000_0000) | 0, true)
  }

  /** The values in their order; those beyond 2^53 lose their last digits. */
  values(): number[] {
    const { view } = this.#data
    const low = (row: number) => view.getUint32(8 * row, true)
    const high = (row: number) => view.getInt32(8 * row + 4, true)
    return Array.from({ length: this.rows }, (_, row) => high(row) * 0x1_0000_0000 + low(row))
  }

  #appendBigInt(value: bigint): void {
    const [min, max] = LONG_BOUNDS[this.type]
    if (value < min || value > max) throw valueRefused(this.type)
    const start = this.#data.reserve(8)
    this.#data.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), start)
  }

  reset(): void {
    this.#data.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#data)
  }
}
