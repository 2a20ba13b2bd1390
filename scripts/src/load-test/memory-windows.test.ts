import { expect, test } from 'vitest'

import { memoryByRecords } from './memory-windows.ts'
import { StepCurve } from './step-curve.ts'

/** A hundred records each second, and memory as given, a sample a second; none where it is 0. */
function measure(sizes: readonly number[], records: number) {
  const written = new StepCurve()
  for (const index of sizes.keys()) written.add(index * 1_000, (index + 1) * 100)
  const samples = sizes.map((resident_bytes, index) => ({
    at_ms: index * 1_000,
    cpu_ms: 0,
    resident_bytes,
    peak_bytes: resident_bytes,
  }))
  return memoryByRecords(
    samples.filter(({ resident_bytes }) => resident_bytes > 0),
    written,
    records,
  )
}

test('memory that grows shows as a rise from one window to the next', () => {
  expect(measure([10, 20, 30, 40, 50], 200)).toEqual([
    { mean_bytes: 15, peak_bytes: 20 },
    { mean_bytes: 35, peak_bytes: 40 },
    { mean_bytes: 50, peak_bytes: 50 },
  ])
})

test('a window without a sample keeps its place', () => {
  expect(measure([0, 20, 30], 100)).toEqual([
    undefined,
    { mean_bytes: 20, peak_bytes: 20 },
    { mean_bytes: 30, peak_bytes: 30 },
  ])
  expect(measure([], 100)).toEqual([])
})
