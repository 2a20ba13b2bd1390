import fc from 'fast-check'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'

import { drawEventId } from './event-id.ts'
import { createRandom } from './random.ts'

test('an id is the UUIDv7 that uuid makes of the time and of 128 random bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 42 }), fc.nat(), (time_ms, seed) => {
      const source = createRandom(seed)
      const words = Int32Array.from({ length: 4 }, () => source.bits())
      expect(drawEventId(time_ms, createRandom(seed))).toBe(
        v7({ msecs: time_ms, random: new Uint8Array(words.buffer) }),
      )
    }),
  )
})
