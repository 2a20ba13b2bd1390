import { v7 } from 'uuid'

import type { Random } from './random.ts'

const random = new Uint8Array(16)
const words = new Int32Array(random.buffer)
const id = new Uint8Array(16)
/** Where each byte of an id stands in its text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const DIGITS = Buffer.from('0123456789abcdef')
const text = Buffer.alloc(36, '-')

/** A UUIDv7 of the event's time and 74 bits of `source`: the same stream of numbers gives the same ids. */
export function drawEventId(time_ms: number, source: Random): string {
  for (let index = 0; index < words.length; index++) words[index] = source.bits()
  v7({ msecs: time_ms, random }, id)
  // uuid's own text is put together from 20 pieces, which costs twice as much when it is read
  for (let index = 0; index < id.length; index++) {
    const byte = id[index]!
    const place = PLACES[index]!
    text[place] = DIGITS[byte >> 4]!
    text[place + 1] = DIGITS[byte & 0x0f]!
  }
  return text.toString('latin1')
}
