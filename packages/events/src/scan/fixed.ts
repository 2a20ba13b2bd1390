import { Buffer } from 'node:buffer'

const WORD_BYTES = 4

/** A text of ASCII that has to stand somewhere, of at least a word. */
export class Fixed {
  readonly length: number
  /** Its bytes by fours, little-endian; the last four overlap those before. */
  readonly #words: Int32Array
  readonly #lastAt: number

  constructor(text: string) {
    const bytes = Buffer.from(text, 'latin1')
    this.length = bytes.length
    this.#lastAt = bytes.length - WORD_BYTES
    const words: number[] = []
    for (let at = 0; at < this.#lastAt; at += WORD_BYTES) words.push(bytes.readInt32LE(at))
    words.push(bytes.readInt32LE(this.#lastAt))
    this.#words = Int32Array.from(words)
  }

  stands(view: DataView, at: number): boolean {
    const words = this.#words
    const last = words.length - 1
    for (let word = 0; word < last; word++) {
      if (view.getInt32(at + word * WORD_BYTES, true) !== words[word]) return false
    }
    return view.getInt32(at + this.#lastAt, true) === words[last]
  }
}
