import { expect, test } from 'vitest'

import { StepCurve } from './step-curve.ts'

function curveOf(...steps: [at_ms: number, total: number][]): StepCurve {
  const curve = new StepCurve()
  for (const [at_ms, total] of steps) curve.add(at_ms, total)
  return curve
}

test('a total holds from its instant until the next one, and never shrinks', () => {
  const curve = curveOf([10, 3], [20, 3], [20, 2], [30, 8])
  expect([9, 10, 29, 30, 31].map((at_ms) => curve.totalAt(at_ms))).toEqual([0, 3, 3, 8, 8])
  expect([...curve.steps()]).toEqual([
    { at_ms: 10, total: 3 },
    { at_ms: 30, total: 8 },
  ])
  expect(curve).toMatchObject({ total: 8, first_ms: 10, last_ms: 30 })
})

test('the rate is of what came after the first step', () => {
  expect(curveOf([1_000, 50], [1_500, 60], [3_000, 250]).rate_per_second).toBe(100)
  expect(curveOf([1_000, 50]).rate_per_second).toBeUndefined()
  expect(curveOf().rate_per_second).toBeUndefined()
})
