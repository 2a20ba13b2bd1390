import fc from 'fast-check'
import { expect, test } from 'vitest'

import { writeTime } from './event-time.ts'

test('times are written as Date writes them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), (time_ms) => {
      const text = Buffer.from('at 2016-02-29T20:00:00.000Z sharp')
      writeTime(time_ms, text, 'at '.length)
      expect(String(text)).toBe(`at ${new Date(time_ms).toISOString()} sharp`)
    }),
  )
})
