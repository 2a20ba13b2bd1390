import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createArrangement } from './arrangement.ts'

const STEP = Math.SQRT2 - 1
const categories = fc
  .array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 9 })
  .filter((counts) => counts.some((count) => count > 0))

function countCategories(values: Uint8Array, length: number): number[] {
  const counts = Array.from({ length }, () => 0)
  for (const value of values) counts[value] = counts[value]! + 1
  return counts
}

test('the whole has each category exactly as often as asked, however it is cut into runs', () => {
  fc.assert(
    fc.property(categories, fc.nat(), fc.array(fc.nat({ max: 500 })), (counts, offset, cuts) => {
      const length = counts.reduce((a, b) => a + b, 0)
      const arrangement = createArrangement({ counts, step: STEP, offset })
      const whole = new Uint8Array(length)
      arrangement.addTo(whole, 0, 1)
      expect(countCategories(whole, counts.length)).toEqual(counts)

      const bounds = [0, ...cuts.filter((cut) => cut < length).sort((a, b) => a - b), length]
      for (const [index, from] of bounds.slice(0, -1).entries()) {
        const run = new Uint8Array(bounds[index + 1]! - from)
        arrangement.addTo(run, from, 1)
        expect(run).toEqual(whole.subarray(from, from + run.length))
      }
    }),
  )
})

test('every run of 1,000 is within 5 of each category’s share', () => {
  const counts = [39_000, 61_000]
  const arrangement = createArrangement({ counts, step: STEP, offset: 7 })
  for (let first = 0; first + 1_000 <= 100_000; first += 777) {
    const run = new Uint8Array(1_000)
    arrangement.addTo(run, first, 1)
    expect(Math.abs(countCategories(run, 2)[1]! - 610)).toBeLessThanOrEqual(5)
  }
})

test('a run deep in a year of full size is still exact', () => {
  const counts = [47_169_720, 73_778_280]
  const length = 120_948_000
  const arrangement = createArrangement({ counts, step: STEP, offset: 123_456_789 })
  const runs = [new Uint8Array(10), new Uint8Array(5), new Uint8Array(5)]
  arrangement.addTo(runs[0]!, length - 10, 1)
  arrangement.addTo(runs[1]!, length - 10, 1)
  arrangement.addTo(runs[2]!, length - 5, 1)
  expect([...runs[0]!]).toEqual([...runs[1]!, ...runs[2]!])
})
