const CAPACITY_FIRST_BYTES = 4 * 1024
const CAPACITY_KEPT_BYTES_MAX = 32 * 1024 * 1024

/** Bytes that are appended to and used again: it grows by doubling and, below a bound, never gives its memory back. */
export class GrowingBuffer {
  /** Holds {@link length} bytes of content; replaced when it grows, so it must not be kept across a `reserve`. */
  bytes!: Buffer
  /** Of the same memory as `bytes`, and replaced with it. Its methods are compiled to single instructions; Buffer's own
   * check their arguments at every call, which is most of their time. */
  view!: DataView
  length = 0

  constructor() {
    this.#allocate(CAPACITY_FIRST_BYTES)
  }

  /** Makes room for `count` more bytes and counts them in; returns where they begin. What they hold is undefined. */
  reserve(count: number): number {
    const start = this.length
    const length = start + count
    if (length > this.bytes.length) {
      const before = this.bytes
      this.#allocate(Math.max(length, 2 * before.length))
      before.copy(this.bytes, 0, 0, start)
    }
    this.length = length
    return start
  }

  /** Forgets the content, and the memory too if one huge block has made it exceptionally large. */
  reset(): void {
    this.length = 0
    if (this.bytes.length > CAPACITY_KEPT_BYTES_MAX) this.#allocate(CAPACITY_FIRST_BYTES)
  }

  /** Appends 32 bits, the lowest byte first. */
  appendInt32(value: number): void {
    const start = this.reserve(4)
    this.view.setInt32(start, value, true)
  }

  /** Appends an unsigned integer of up to 53 bits as one of 64. */
  appendUInt64(value: number): void {
    const start = this.reserve(8)
    this.view.setInt32(start, value | 0, true)
    this.view.setInt32(start + 4, Math.floor(value / 0x1_0000_0000), true)
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

  #allocate(capacity: number): void {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = new DataView(this.bytes.buffer)
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
