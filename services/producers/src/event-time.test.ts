import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatTime } from './event-time.ts'

test('times are written as Date writes them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), (time_ms) => {
      expect(formatTime(time_ms)).toBe(new Date(time_ms).toISOString())
    }),
  )
})
