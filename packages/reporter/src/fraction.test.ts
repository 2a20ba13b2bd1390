import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Fraction, fraction, percentChange, toDecimal } from './fraction.ts'

const exact = (numerator: number, denominator = 1): Fraction => fraction(numerator, denominator)!
const count = fc.integer({ min: 0, max: 10 ** 12 })

describe('rounding', () => {
  test.each([
    [1, 4, 0.3],
    [-1, 4, -0.3],
    [249_999, 1_000_000, 0.2],
    [1005, 100, 10.1], // 10.05 is a little less than that in binary
    [0, 7, 0],
  ])('%i/%i with one decimal is %f, halves going away from zero', (numerator, denominator, decimal) => {
    expect(toDecimal(exact(numerator, denominator), 1)).toBe(decimal)
  })

  test('what rounds to nothing has no sign', () => {
    expect(Object.is(toDecimal(exact(-1, 1000), 1), 0)).toBe(true)
  })

  test('the rounded number is within half a unit of its last decimal, and mirrors at zero', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10 ** 6 }), (numerator, denominator) => {
        const tenths = BigInt(Math.round(toDecimal(exact(numerator, denominator), 1) * 10))
        const error = tenths * BigInt(denominator) - 10n * BigInt(numerator)
        expect(2n * (error < 0n ? -error : error) <= BigInt(denominator)).toBe(true)
        expect(toDecimal(exact(-numerator, denominator), 1) + toDecimal(exact(numerator, denominator), 1)).toBe(0)
      }),
    )
  })
})

describe('change', () => {
  test.each([
    [678_000, 516_000, 31.4],
    [248_148_000, 188_340_000, 31.8],
    [21_800, 19_400, 12.4],
    [45_400, 40_500, 12.1],
    [23_600, 22_300, 5.8],
    [0, 5, -100],
    [5, 5, 0],
  ])('to %i from %i is %f percent', (now, before, percent) => {
    expect(toDecimal(percentChange(exact(now), exact(before))!, 1)).toBe(percent)
  })

  test('from zero there is no percentage', () => {
    expect(percentChange(exact(5), exact(0))).toBeNull()
    expect(percentChange(exact(0), exact(0))).toBeNull()
  })

  test('the change does not depend on the scale', () => {
    fc.assert(
      fc.property(count, count.filter(Boolean), fc.integer({ min: 1, max: 1000 }), (now, before, scale) => {
        const change = percentChange(exact(now), exact(before))!
        const scaled = percentChange(exact(now * scale, 7), exact(before * scale, 7))!
        expect(toDecimal(scaled, 1)).toBe(toDecimal(change, 1))
      }),
    )
  })
})
