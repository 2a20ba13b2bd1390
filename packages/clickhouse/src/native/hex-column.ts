import { type Column, valueRefused } from './column.ts'
import { GrowingBuffer } from './growing-buffer.ts'

const WIDTH_BYTES = 16

/** 128 bits as four 32-bit words, the leftmost first. */
export type Words = Readonly<Uint32Array>

/** What a character that is no hex digit counts as: it makes any byte exceed 0xff, so one check at the end is enough. */
const NO_DIGIT = 0x100
/** The value of each ASCII character as a hex digit. */
const NIBBLES = new Uint16Array(128).fill(NO_DIGIT)
for (let value = 0; value < 16; value++) {
  NIBBLES[value.toString(16).charCodeAt(0)] = value
  NIBBLES[value.toString(16).toUpperCase().charCodeAt(0)] = value
}

/** 128 bits that come as 32 hex characters, or as bits, and are kept in that order. */
export class FixedString16Column implements Column {
  readonly type = 'FixedString(16)'
  readonly #data = new GrowingBuffer()

  get rows(): number {
    return this.#data.length / WIDTH_BYTES
  }

  /** @throws {CaretallyError} `column_value_invalid` when it is not 32 hex characters */
  append(hex: string): void {
    if (hex.length !== 2 * WIDTH_BYTES) throw valueRefused(this.type)
    const start = this.#data.reserve(WIDTH_BYTES)
    const { bytes } = this.#data
    let seen = 0
    for (let i = 0; i < WIDTH_BYTES; i++) seen |= bytes[start + i] = byteAt(hex, 2 * i)
    if (seen > 0xff) throw valueRefused(this.type)
  }

  appendWords(words: Words): void {
    const start = this.#data.reserve(WIDTH_BYTES)
    const { view } = this.#data
    view.setUint32(start, words[0]!)
    view.setUint32(start + 4, words[1]!)
    view.setUint32(start + 8, words[2]!)
    view.setUint32(start + 12, words[3]!)
  }

  reset(): void {
    this.#data.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#data)
  }
}

/** Where each of a UUID's bytes begins in its text: 8-4-4-4-12 characters with a dash between. */
const UUID_POSITIONS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const
const UUID_LENGTH = 36
const DASH = '-'.charCodeAt(0)

/** UUIDs, as text or as bits, which ClickHouse keeps as two 64-bit halves, each of them little-endian. */
export class UuidColumn implements Column {
  readonly type = 'UUID'
  readonly #data = new GrowingBuffer()

  get rows(): number {
    return this.#data.length / WIDTH_BYTES
  }

  /** @throws {CaretallyError} `column_value_invalid` when it is not a UUID in its usual text form */
  append(uuid: string | Words): void {
    if (typeof uuid !== 'string') {
      this.appendWords(uuid)
      return
    }
    if (!hasUuidShape(uuid)) throw valueRefused(this.type)
    const start = this.#data.reserve(WIDTH_BYTES)
    const { bytes } = this.#data
    let seen = 0
    let target = 0
    for (const position of UUID_POSITIONS) {
      seen |= bytes[start + (target ^ 7)] = byteAt(uuid, position)
      target++
    }
    if (seen > 0xff) throw valueRefused(this.type)
  }

  appendWords(words: Words): void {
    const start = this.#data.reserve(WIDTH_BYTES)
    const { view } = this.#data
    view.setUint32(start, words[1]!, true)
    view.setUint32(start + 4, words[0]!, true)
    view.setUint32(start + 8, words[3]!, true)
    view.setUint32(start + 12, words[2]!, true)
  }

  reset(): void {
    this.#data.reset()
  }

  writeTo(out: GrowingBuffer): void {
    out.appendBytesOf(this.#data)
  }
}

function hasUuidShape(text: string): boolean {
  return (
    text.length === UUID_LENGTH &&
    text.charCodeAt(8) === DASH &&
    text.charCodeAt(13) === DASH &&
    text.charCodeAt(18) === DASH &&
    text.charCodeAt(23) === DASH
  )
}

/** The byte whose two hex digits begin at `position`; more than 0xff when they are not hex digits. */
function byteAt(hex: string, position: number): number {
  return (nibble(hex.charCodeAt(position)) << 4) | nibble(hex.charCodeAt(position + 1))
}

function nibble(code: number): number {
  return NIBBLES[code] ?? NO_DIGIT
}
