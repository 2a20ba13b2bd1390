import type { Words } from '../facts.ts'

export const UUID_LENGTH = 36
export const SUBJECT_LENGTH = 32

/** What two bytes that are no hex digits count as: it makes any byte exceed 0xff, so one check at the end is enough. */
const NO_BYTE = 0x100
/** By two ASCII bytes, read as a little-endian number, the byte whose hex digits they are. */
const BYTE_OF_PAIR = pairsOf('0123456789abcdef', '0123456789ABCDEF')
const BYTE_OF_LOWER_CASE_PAIR = pairsOf('0123456789abcdef')

function pairsOf(...alphabets: string[]): Uint16Array {
  const pairs = new Uint16Array(2 ** 16).fill(NO_BYTE)
  const digits = alphabets.flatMap((alphabet) => Array.from(alphabet, (digit, value) => [digit.charCodeAt(0), value]))
  for (const [high = 0, highValue = 0] of digits) {
    for (const [low = 0, lowValue = 0] of digits) pairs[high | (low << 8)] = (highValue << 4) | lowValue
  }
  return pairs
}

const DASH = '-'.charCodeAt(0)

/** Reads a UUID of 8-4-4-4-12 digits in either case; false when it is none, and `words` is then undefined. */
export function scanUuid(view: DataView, at: number, words: Words): boolean {
  const hasDashes =
    view.getUint8(at + 8) === DASH &&
    view.getUint8(at + 13) === DASH &&
    view.getUint8(at + 18) === DASH &&
    view.getUint8(at + 23) === DASH
  if (!hasDashes) return false
  const pairs = BYTE_OF_PAIR
  return (
    scanWord(pairs, view, at, at + 4, words, 0) &&
    scanWord(pairs, view, at + 9, at + 14, words, 1) &&
    scanWord(pairs, view, at + 19, at + 24, words, 2) &&
    scanWord(pairs, view, at + 28, at + 32, words, 3)
  )
}

/** Reads 32 hex digits in lower case; false when there are others, and `words` is then undefined. */
export function scanSubject(view: DataView, at: number, words: Words): boolean {
  const pairs = BYTE_OF_LOWER_CASE_PAIR
  return (
    scanWord(pairs, view, at, at + 4, words, 0) &&
    scanWord(pairs, view, at + 8, at + 12, words, 1) &&
    scanWord(pairs, view, at + 16, at + 20, words, 2) &&
    scanWord(pairs, view, at + 24, at + 28, words, 3)
  )
}

/** A word of eight digits, four each at two places. */
function scanWord(pairs: Uint16Array, view: DataView, high: number, low: number, words: Words, word: number): boolean {
  const first = pairs[view.getUint16(high, true)]!
  const second = pairs[view.getUint16(high + 2, true)]!
  const third = pairs[view.getUint16(low, true)]!
  const fourth = pairs[view.getUint16(low + 2, true)]!
  words[word] = (first << 24) | (second << 16) | (third << 8) | fourth
  return (first | second | third | fourth) <= 0xff
}
