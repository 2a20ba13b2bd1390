import fc from 'fast-check'
import { expect, test } from 'vitest'

import { logOf } from './log.test-support.ts'
import { measureRange, tokenOf } from './range.ts'

test('a token names topic, partition and both ends, so that no two ranges share one', () => {
  expect(tokenOf({ topic: 'portal.interactions', partition: 3, first: 0, last: 99_999 })).toBe(
    'portal.interactions|3|0|99999|v1',
  )
})

test('a range holds as many messages as both limits allow, and at least one', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 })
  const limits = fc.record({
    offsets_max: fc.integer({ min: 1, max: 20 }),
    bytes_max: fc.integer({ min: 1, max: 100 }),
  })
  fc.assert(
    fc.property(sizes, limits, fc.nat(), (sizes, limits, seed) => {
      const start = seed % sizes.length
      const count = measureRange(logOf(0, sizes), start, limits)
      const bytes = (n: number) => sizes.slice(start, start + n).reduce((sum, size) => sum + size, 0)
      expect(count).toBeGreaterThanOrEqual(1)
      expect(count).toBeLessThanOrEqual(limits.offsets_max)
      if (count > 1) expect(bytes(count)).toBeLessThanOrEqual(limits.bytes_max)
      const couldTakeOneMore =
        count < limits.offsets_max && start + count < sizes.length && bytes(count + 1) <= limits.bytes_max
      expect(couldTakeOneMore).toBe(false)
    }),
  )
})
