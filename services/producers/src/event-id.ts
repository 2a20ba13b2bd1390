import { v7 } from 'uuid'

import type { Random } from './random.ts'

const random = new Uint8Array(16)
const words = new Int32Array(random.buffer)

/** A UUIDv7 of the event's time and 74 bits of `source`: the same stream of numbers gives the same ids. */
export function drawEventId(time_ms: number, source: Random): string {
  for (let index = 0; index < words.length; index++) words[index] = source.bits()
  return v7({ msecs: time_ms, random })
}
