import type { Column } from './column.ts'
import { GrowingBuffer } from './growing-buffer.ts'

/** Until the number of keys is known an index takes the most that it may. */
const INDEX_BYTES = 4

const KEYS_VERSION = 1
/** The dictionary comes with the block and is not shared with another one. */
const HAS_ADDITIONAL_KEYS = 0x200
const NEEDS_UPDATE_DICTIONARY = 0x400

/** A known string that the block does not have yet. */
const ABSENT = -1

/**
 * Strings of which many are the same: the distinct ones in the order in which they came, after the empty string, which
 * is always the first, and for each row the place of its string among them in the fewest bytes that hold it.
 */
export class LowCardinalityColumn implements Column {
  readonly type = 'LowCardinality(String)'
  rows = 0
  readonly #indexes = new GrowingBuffer()
  readonly #keys = new GrowingBuffer()
  readonly #indexOf = new Map<string, number>()

  readonly #known: readonly string[]
  readonly #indexOfKnown: Int32Array

  /** @param known strings that may also be appended by their index, which spares looking them up */
  constructor(known: readonly string[] = []) {
    this.#known = known
    this.#indexOfKnown = new Int32Array(known.length)
    this.reset()
  }

  append(value: string): void {
    this.#indexes.appendInt32(this.#find(value))
    this.rows++
  }

  /** Appends one of the known strings. */
  appendKnown(known: number): void {
    let index = this.#indexOfKnown[known]!
    if (index === ABSENT) {
      index = this.#find(this.#known[known]!)
      this.#indexOfKnown[known] = index
    }
    this.#indexes.appendInt32(index)
    this.rows++
  }

  /** The index of a string in the dictionary, which then has it. */
  #find(value: string): number {
    let index = this.#indexOf.get(value)
    if (index === undefined) {
      index = this.#indexOf.size
      this.#indexOf.set(value, index)
      this.#keys.appendString(value)
    }
    return index
  }

  /** Forgets the dictionary too: what a block holds must depend on its own rows only. */
  reset(): void {
    this.rows = 0
    this.#indexes.reset()
    this.#keys.reset()
    this.#indexOf.clear()
    this.#indexOfKnown.fill(ABSENT)
    this.#indexOf.set('', 0)
    this.#keys.appendString('')
  }

  writeTo(out: GrowingBuffer): void {
    const width = indexWidth(this.#indexOf.size)
    out.appendUInt64(KEYS_VERSION)
    out.appendUInt64(HAS_ADDITIONAL_KEYS | NEEDS_UPDATE_DICTIONARY | width.code)
    out.appendUInt64(this.#indexOf.size)
    out.appendBytesOf(this.#keys)
    out.appendUInt64(this.rows)
    const start = out.reserve(this.rows * width.bytes)
    copyNarrowed(this.#indexes.bytes, out.bytes, start, this.rows, width.bytes)
  }
}

function indexWidth(keys: number): { code: number; bytes: number } {
  if (keys <= 2 ** 8) return { code: 0, bytes: 1 }
  if (keys <= 2 ** 16) return { code: 1, bytes: 2 }
  return { code: 2, bytes: 4 }
}

/** Copies the lowest `width` bytes of each index. */
function copyNarrowed(indexes: Buffer, target: Buffer, start: number, rows: number, width: number): void {
  for (let byte = 0; byte < width; byte++) {
    for (let row = 0; row < rows; row++) target[start + row * width + byte] = indexes[row * INDEX_BYTES + byte]!
  }
}
