import type { FramePool } from './frame-pool.ts'

/** No answer of a broker is near it: a fetch is of some tens of MB. What says more is not Kafka, but TLS or HTTP perhaps. */
export const RESPONSE_BYTES_MAX = 256 * 1024 * 1024

const SIZE_BYTES = 4
/** Each answer begins with the number of the request that it is for. */
const RESPONSE_BYTES_MIN = 4

/**
 * Puts the bytes of a connection together to the frames that the Kafka protocol is made of: a size (INT32) and so many bytes.
 *
 * A socket that reads into {@link room} has each answer where it stays, in memory of a pool. Without it Node allocates 64 KiB
 * for each read, and kafkajs copies a fetch together from hundreds of them.
 */
export class ResponseFrames {
  readonly #pool: FramePool
  readonly #size = Buffer.alloc(SIZE_BYTES)
  /** The one that is being filled: the size while only that is awaited, else a whole frame, size and all. */
  #frame: Buffer = this.#size
  #filled = 0

  constructor(pool: FramePool) {
    this.#pool = pool
  }

  /** Where the next bytes of the connection have to go; never empty, and never more than belongs to the frame. */
  room(): Buffer {
    return this.#frame.subarray(this.#filled)
  }

  /**
   * Tells that so many bytes have been written to {@link room}.
   *
   * @returns the frame, from its size to its last byte, when it is complete: the caller's, as the pool says. An error when the
   *   size is below {@link RESPONSE_BYTES_MIN} or above {@link RESPONSE_BYTES_MAX}: what follows cannot be read then
   */
  filled(bytes: number): Buffer | Error | undefined {
    this.#filled += bytes
    if (this.#filled < this.#frame.length) return undefined
    if (this.#frame === this.#size) {
      const size = this.#size.readInt32BE()
      if (size < RESPONSE_BYTES_MIN || size > RESPONSE_BYTES_MAX) {
        this.#filled = 0 // Node asks for room once more, and with TLS would wait for ever for none to be filled
        return new Error(`an answer of ${size} bytes is none of Kafka`)
      }
      this.#frame = this.#pool.allocate(SIZE_BYTES + size)
      this.#size.copy(this.#frame)
      return undefined
    }
    const frame = this.#frame
    this.#frame = this.#size
    this.#filled = 0
    return frame
  }
}
