import { expect, test } from 'vitest'

import { compareMemory } from './memory-windows.ts'
import { StepCurve } from './step-curve.ts'

/** A hundred records each second, and memory as given, a sample a second. */
function compare(sizes: readonly number[], records: number) {
  const written = new StepCurve()
  for (const index of sizes.keys()) written.add(index * 1_000, (index + 1) * 100)
  const samples = sizes.map((resident_bytes, index) => ({
    at_ms: index * 1_000,
    cpu_ms: 0,
    resident_bytes,
    peak_bytes: resident_bytes,
  }))
  return compareMemory(samples, written, records)
}

test('memory that grows shows as a difference between the first and the last records', () => {
  expect(compare([10, 20, 30, 40, 50, 60], 200)).toEqual({
    first: { mean_bytes: 15, peak_bytes: 20 },
    last: { mean_bytes: 50, peak_bytes: 60 },
  })
})

test('there is nothing to compare when the first records are among the last ones', () => {
  expect(compare([10, 20, 30], 200)).toBeUndefined()
  expect(compare([], 0)).toBeUndefined()
})
