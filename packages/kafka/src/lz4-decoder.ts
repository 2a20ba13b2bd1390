import { ASSEMBLY_PAGE_BYTES, type AssemblyMemory, CaretallyError, loadAssembly } from '@caretally/runtime'

/** A frame lies at the beginning of the memory, its content behind this. A batch has at most a megabyte compressed. */
const FRAME_BYTES_FIRST = 20 * ASSEMBLY_PAGE_BYTES
const CAPACITY_FIRST_BYTES = 1024 * 1024
/** LZ4 makes at most 255 bytes of one. */
const CAPACITY_BYTES_MAX = 256 * 1024 * 1024
/** More is given back when the next batch needs less. */
const CAPACITY_KEPT_BYTES_MAX = 8 * 1024 * 1024
/** Copies go by so many bytes at a time and may run over their end. */
const STRIDE_BYTES = 16

/** Of `assembly/decode-block.ts`, which says what it takes and returns. */
type DecodeBlock = (at: number, end: number, start: number, out: number, limit: number) => number
const UNREADABLE = 0xffff_ffff

const createAssembly = loadAssembly(new URL('../dist/decode-block.wasm', import.meta.url))

/**
 * Decompresses one LZ4 frame after the other into the same memory. With a library that makes a buffer for each, most of the
 * time went into memory that is used once; in JavaScript, which copies four bytes at a time, it took three times as long
 * (`docs/decisions/0008-lz4-in-webassembly.md`).
 *
 * What the frame says of checksums is not looked at. Each batch of the log has one of its own, which the brokers check when they
 * take it, and nobody here.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export class Lz4Decoder {
  /** Holds `length` bytes of content; replaced when it grows. */
  bytes!: Buffer
  /** Of the same memory as `bytes`. */
  view!: DataView
  length = 0

  #memory!: AssemblyMemory
  #decodeBlock!: DecodeBlock
  #frameCapacity = 0

  constructor() {
    this.#allocate(FRAME_BYTES_FIRST)
  }

  /** @throws {CaretallyError} `lz4_unreadable`; the content is then undefined */
  decode(frame: Buffer): void {
    this.length = 0
    if (this.bytes.length > CAPACITY_KEPT_BYTES_MAX) this.#allocate(FRAME_BYTES_FIRST)
    if (frame.length > this.#frameCapacity) this.#allocate(pagesOf(frame.length) * ASSEMBLY_PAGE_BYTES)
    const source = new DataView(frame.buffer, frame.byteOffset, frame.length)
    frame.copy(new Uint8Array(this.#memory.buffer))
    try {
      this.#decodeFrame(source)
    } catch (error) {
      if (error instanceof RangeError) throw unreadable() // it reads beyond the end
      throw error
    }
  }

  #decodeFrame(source: DataView): void {
    if (source.getUint32(0, true) !== MAGIC) throw unreadable()
    const flags = source.getUint8(FLAGS_AT)
    if (flags >> 6 !== VERSION || (flags & HAS_DICTIONARY) !== 0) throw unreadable()
    const blockBytesMax = BLOCK_BYTES_MAX[(source.getUint8(BLOCK_SIZE_AT) >> 4) & 0x07]
    if (blockBytesMax === undefined) throw unreadable()
    let at = BLOCKS_AT + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : CONTENT_SIZE_BYTES)
    for (;;) {
      const size = source.getUint32(at, true)
      at += SIZE_BYTES
      if (size === 0) return
      const bytes = size & ~IS_UNCOMPRESSED
      const end = at + bytes
      if (end > source.byteLength || bytes > blockBytesMax) throw unreadable()
      this.#makeRoom(this.length + blockBytesMax)
      if ((size & IS_UNCOMPRESSED) === 0) this.#appendBlock(at, end, blockBytesMax)
      else this.#appendUncompressed(at, end)
      at = end + ((flags & HAS_BLOCK_CHECKSUMS) === 0 ? 0 : CHECKSUM_BYTES)
    }
  }

  #appendUncompressed(at: number, end: number): void {
    new Uint8Array(this.#memory.buffer).copyWithin(this.#frameCapacity + this.length, at, end)
    this.length += end - at
  }

  #appendBlock(at: number, end: number, blockBytesMax: number): void {
    const start = this.#frameCapacity
    const out = start + this.length
    const reached = this.#decodeBlock(at, end, start, out, out + blockBytesMax) >>> 0
    if (reached === UNREADABLE) throw unreadable()
    this.length = reached - start
  }

  #makeRoom(length: number): void {
    if (length <= this.bytes.length) return
    if (length > CAPACITY_BYTES_MAX) throw unreadable()
    const capacity = Math.max(length, Math.min(2 * this.bytes.length, CAPACITY_BYTES_MAX))
    this.#memory.grow(pagesOf(capacity - this.bytes.length))
    this.#look(capacity)
  }

  #allocate(frameCapacity: number): void {
    const initial = pagesOf(frameCapacity + CAPACITY_FIRST_BYTES + STRIDE_BYTES)
    const { memory, functionNamed } = createAssembly(initial)
    this.#memory = memory
    this.#decodeBlock = functionNamed('decodeBlock')
    this.#frameCapacity = frameCapacity
    this.#look(CAPACITY_FIRST_BYTES)
  }

  #look(capacity: number): void {
    this.bytes = Buffer.from(this.#memory.buffer, this.#frameCapacity, capacity)
    this.view = new DataView(this.#memory.buffer, this.#frameCapacity, capacity)
  }
}

const MAGIC = 0x184d_2204
const FLAGS_AT = 4
const VERSION = 1
const HAS_DICTIONARY = 0x01
const HAS_CONTENT_SIZE = 0x08
const HAS_BLOCK_CHECKSUMS = 0x10
const BLOCK_SIZE_AT = 5
/** What the content of a block has at most, by its code. */
const BLOCK_BYTES_MAX: readonly (number | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  64 * 1024,
  256 * 1024,
  1024 * 1024,
  4 * 1024 * 1024,
]
const BLOCKS_AT = 7
const CONTENT_SIZE_BYTES = 8
const SIZE_BYTES = 4
const CHECKSUM_BYTES = 4
/** In a block's size. */
const IS_UNCOMPRESSED = 0x8000_0000

function pagesOf(bytes: number): number {
  return Math.ceil(bytes / ASSEMBLY_PAGE_BYTES)
}

function unreadable(): CaretallyError {
  return new CaretallyError('lz4_unreadable', 'a batch of the log is not a frame of LZ4')
}
