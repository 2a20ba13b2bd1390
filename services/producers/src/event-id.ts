import { v7 } from 'uuid'

import type { Random } from './random.ts'

const random = new Uint8Array(16)
const words = new Int32Array(random.buffer)

/** Puts a UUIDv7 of the event's time and 74 bits of `source` into `id`: the same stream of numbers gives the same ids. */
export function drawEventId(time_ms: number, source: Random, id: Uint8Array): void {
  for (let index = 0; index < words.length; index++) words[index] = source.bits()
  v7({ msecs: time_ms, random }, id)
}

/** Where each byte of an id stands in its text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const DIGITS = Buffer.from('0123456789abcdef')

/** Writes the text of an id over that of another one. */
export function writeEventId(id: Uint8Array, target: Uint8Array, at: number): void {
  for (let index = 0; index < PLACES.length; index++) {
    const byte = id[index]!
    const place = at + PLACES[index]!
    target[place] = DIGITS[byte >> 4]!
    target[place + 1] = DIGITS[byte & 0x0f]!
  }
}
