import type { Column } from './column.ts'
import { GrowingBuffer } from './growing-buffer.ts'

/** Text, or bytes that need not be text. */
export type Bytes = string | Uint8Array

/** Strings of any bytes. */
export class StringColumn implements Column {
  readonly type = 'String'
  rows = 0
  readonly #data = new GrowingBuffer()

  append(value: Bytes): void {
    this.#data.appendString(value)
    this.rows++
  }

  reset(): void {
    this.rows = 0
    this.#data.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#data)
  }
}

/** Strings of any bytes, or null: a byte for each row that says which, then all the strings. */
export class NullableStringColumn implements Column {
  readonly type = 'Nullable(String)'
  readonly #nulls = new GrowingBuffer()
  readonly #values = new StringColumn()

  get rows(): number {
    return this.#values.rows
  }

  append(value: Bytes | null): void {
    this.#values.append(value ?? '')
    const start = this.#nulls.reserve(1)
    this.#nulls.bytes[start] = value === null ? 1 : 0
  }

  reset(): void {
    this.#nulls.reset()
    this.#values.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#nulls)
    this.#values.writeTo(out)
  }
}

/** Lists of names with their values: the running number of pairs after each row, then all names, then all values. */
export class PairsColumn implements Column {
  readonly type = 'Array(Tuple(name String, value String))'
  rows = 0
  readonly #ends = new GrowingBuffer()
  readonly #names = new StringColumn()
  readonly #values = new StringColumn()

  append(pairs: Iterable<readonly [name: Bytes, value: Bytes]>): void {
    for (const [name, value] of pairs) {
      this.#names.append(name)
      this.#values.append(value)
    }
    this.#ends.appendUInt64(this.#names.rows)
    this.rows++
  }

  reset(): void {
    this.rows = 0
    this.#ends.reset()
    this.#names.reset()
    this.#values.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#ends)
    this.#names.writeTo(out)
    this.#values.writeTo(out)
  }
}
