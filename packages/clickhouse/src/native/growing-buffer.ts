const CAPACITY_FIRST_BYTES = 4 * 1024
const CAPACITY_KEPT_BYTES_MAX = 32 * 1024 * 1024

/** Bytes that are appended to and used again: it grows by doubling and, below a bound, never gives its memory back. */
export class GrowingBuffer {
  /** Holds {@link length} bytes of content; replaced when it grows, so it must not be kept across a `reserve`. */
  bytes: Buffer = Buffer.allocUnsafeSlow(CAPACITY_FIRST_BYTES)
  length = 0

  /** Makes room for `count` more bytes and counts them in; returns where they begin. What they hold is undefined. */
  reserve(count: number): number {
    const start = this.length
    const length = start + count
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.bytes.length))
      this.bytes.copy(grown, 0, 0, start)
      this.bytes = grown
    }
    this.length = length
    return start
  }

  /** Forgets the content, and the memory too if one huge block has made it exceptionally large. */
  reset(): void {
    this.length = 0
    if (this.bytes.length > CAPACITY_KEPT_BYTES_MAX) this.bytes = Buffer.allocUnsafeSlow(CAPACITY_FIRST_BYTES)
  }

  /**
   * Appends the lowest `width` bytes of a 32-bit integer, the lowest first. Byte by byte, since Buffer's own methods
   * check their arguments at every call, which is most of their time.
   */
  appendInt32(value: number, width: number): void {
    const start = this.reserve(width)
    const { bytes } = this
    for (let i = 0; i < width; i++) bytes[start + i] = value >>> (8 * i)
  }

  /** Appends an unsigned integer in groups of seven bits, the lowest first, as ClickHouse writes lengths. */
  appendVarint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#appendByte((rest & 0x7f) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#appendByte(rest)
  }

  /** Appends a length and then the bytes, or the text in UTF-8. */
  appendString(value: string | Uint8Array): void {
    if (typeof value !== 'string') {
      this.appendVarint(value.length)
      const start = this.reserve(value.length)
      this.bytes.set(value, start)
    } else if (value.length <= SHORT_TEXT_LENGTH_MAX) {
      this.#appendShortText(value)
    } else {
      const length = Buffer.byteLength(value)
      this.appendVarint(length)
      const start = this.reserve(length)
      this.bytes.write(value, start)
    }
  }

  appendBytesOf(other: GrowingBuffer): void {
    const start = this.reserve(other.length)
    other.bytes.copy(this.bytes, start, 0, other.length)
  }

  #appendByte(byte: number): void {
    const start = this.reserve(1)
    this.bytes[start] = byte
  }

  /** The length takes one byte for sure, so the text can be written before its length is known. */
  #appendShortText(text: string): void {
    const start = this.reserve(1 + UTF8_BYTES_PER_UNIT_MAX * text.length)
    const length = this.bytes.write(text, start + 1)
    this.bytes[start] = length
    this.length = start + 1 + length
  }
}

/** A UTF-16 unit takes at most three bytes in UTF-8. */
const UTF8_BYTES_PER_UNIT_MAX = 3
const SHORT_TEXT_LENGTH_MAX = Math.floor(0x7f / UTF8_BYTES_PER_UNIT_MAX)
