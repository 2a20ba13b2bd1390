import fc from 'fast-check'
import { expect, test } from 'vitest'

import { apportion } from './apportion.ts'

const weights = fc
  .array(fc.integer({ min: 0, max: 120_948_000 }), { minLength: 1, maxLength: 366 })
  .filter((parts) => parts.some((part) => part > 0))

test('the parts add up to the total, and each is its exact share rounded down or up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 250_000_000 }), weights, (total, parts) => {
      const sum = parts.reduce((a, b) => a + b, 0)
      const counts = apportion(total, parts)
      expect(counts.reduce((a, b) => a + b, 0)).toBe(total)
      for (const [index, count] of counts.entries()) {
        const down = Number((BigInt(total) * BigInt(parts[index]!)) / BigInt(sum))
        expect(count - down === 0 || count - down === 1).toBe(true)
      }
    }),
  )
})

test('the largest remainders are rounded up', () => {
  expect(apportion(10, [1.4, 6.35, 2.25])).toEqual([2, 6, 2])
  expect(apportion(2, [1, 1, 1])).toEqual([1, 1, 0])
})
