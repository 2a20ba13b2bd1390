/** What is smaller is not worth keeping: Node has it from the heap of the C library in no time. */
const POOLED_BYTES_MIN = 64 * 1024
/** Frames come in such steps, so that one serves the next, slightly larger answer too: what is not written to takes no memory. */
const STEP_BYTES = 4 * 1024 * 1024
/** What frames that nobody uses have together, at most: more than the largest fetch, 64 MiB and what is around the records. */
export const FREE_BYTES_MAX = 80 * 1024 * 1024

/** A frame's memory, and how many of those who read in it are not done. */
class Frame {
  readonly memory: Buffer
  readonly #free: (frame: Frame) => void
  #holds = 0

  constructor(bytes: number, free: (frame: Frame) => void) {
    this.memory = Buffer.allocUnsafeSlow(bytes)
    this.#free = free
  }

  hold(): void {
    this.#holds += 1
  }

  /** One of those who hold it is done; after the last the memory is used for another answer. */
  release(): void {
    this.#holds -= 1
    if (this.#holds === 0) this.#free(this)
  }
}

export type { Frame }

/** The frames of all pools, by their memory. */
const frames = new WeakMap<ArrayBufferLike, Frame>()

/** The frame of a pool that some bytes lie in. */
export function frameOf({ buffer }: Uint8Array): Frame | undefined {
  return frames.get(buffer)
}

/**
 * Memory for the large answers of brokers. It is used again once everybody who has taken hold of a frame has released it. A
 * frame of which nobody takes hold, or that somebody never releases, is left to the garbage collector. The collector alone is
 * late: it sees little garbage in its own heap, and six fetches of 22 MiB lie beside it before it looks.
 */
export class FramePool {
  #free: Frame[] = []

  /** So many bytes with anything in them, which nobody else uses. */
  allocate(bytes: number): Buffer {
    if (bytes < POOLED_BYTES_MIN) return Buffer.allocUnsafeSlow(bytes)
    const { memory } = this.#takeFree(bytes) ?? this.#make(bytes)
    return memory.subarray(0, bytes)
  }

  /** One that is large enough; another makes room for the one that has to be made instead. */
  #takeFree(bytes: number): Frame | undefined {
    const index = this.#free.findIndex(({ memory }) => memory.length >= bytes)
    const [frame] = this.#free.splice(index, 1) // at -1 the last one, if there is any
    return index < 0 ? undefined : frame
  }

  #make(bytes: number): Frame {
    const frame = new Frame(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES, (frame) => this.#keep(frame))
    frames.set(frame.memory.buffer, frame)
    return frame
  }

  #keep(frame: Frame): void {
    const kept = this.#free.reduce((bytes, { memory }) => bytes + memory.length, 0)
    if (kept + frame.memory.length <= FREE_BYTES_MAX) this.#free.push(frame)
  }
}
