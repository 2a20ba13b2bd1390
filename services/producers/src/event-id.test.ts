import fc from 'fast-check'
import { NIL, v7 } from 'uuid'
import { expect, test } from 'vitest'

import { drawEventId, writeEventId } from './event-id.ts'
import { createRandom } from './random.ts'

test('an id is the UUIDv7 that uuid makes of the time and of 128 random bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 42 }), fc.nat(), (time_ms, seed) => {
      const source = createRandom(seed)
      const words = Int32Array.from({ length: 4 }, () => source.bits())
      const id = new Uint8Array(16)
      drawEventId(time_ms, createRandom(seed), id)
      const text = Buffer.from(`before ${NIL} behind`)
      writeEventId(id, text, 'before '.length)
      expect(String(text)).toBe(`before ${v7({ msecs: time_ms, random: new Uint8Array(words.buffer) })} behind`)
    }),
  )
})
