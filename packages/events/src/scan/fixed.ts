import { Buffer } from 'node:buffer'

const WORD_BYTES = 8

/** A text of ASCII that has to stand somewhere, of at least a word. */
export class Fixed {
  readonly length: number
  /**
   * Its bytes by eights, the last of which overlap those before, as if they were numbers: equal only to those of the same
   * bytes, since ASCII makes neither a zero nor something that is no number.
   */
  readonly #words: Float64Array
  readonly #lastAt: number

  constructor(text: string) {
    const bytes = Buffer.from(text, 'latin1')
    this.length = bytes.length
    this.#lastAt = bytes.length - WORD_BYTES
    const words: number[] = []
    for (let at = 0; at < this.#lastAt; at += WORD_BYTES) words.push(bytes.readDoubleLE(at))
    words.push(bytes.readDoubleLE(this.#lastAt))
    this.#words = Float64Array.from(words)
  }

  stands(view: DataView, at: number): boolean {
    const words = this.#words
    const last = words.length - 1
    for (let word = 0; word < last; word++) {
      if (view.getFloat64(at + word * WORD_BYTES, true) !== words[word]) return false
    }
    return view.getFloat64(at + this.#lastAt, true) === words[last]
  }
}
