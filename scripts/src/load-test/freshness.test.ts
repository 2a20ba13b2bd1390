import fc from 'fast-check'
import { expect, test } from 'vitest'

import { measureFreshness } from './freshness.ts'
import { StepCurve } from './step-curve.ts'

interface Step {
  after_ms: number
  more: number
}

const steps = fc.array(
  fc.record({ after_ms: fc.integer({ min: 0, max: 500 }), more: fc.integer({ min: 1, max: 20 }) }),
  { minLength: 1, maxLength: 30 },
)

function curveOf(steps: readonly Step[], start_ms = 0): StepCurve {
  const curve = new StepCurve()
  let at_ms = start_ms
  let total = 0
  for (const { after_ms, more } of steps) curve.add((at_ms += after_ms), (total += more))
  return curve
}

/** The time of each event. */
function timesOf(curve: StepCurve): number[] {
  const times: number[] = []
  for (const { at_ms, total } of curve.steps()) while (times.length < total) times.push(at_ms)
  return times
}

test('percentiles are those of the single events, by the nearest rank', () => {
  fc.assert(
    fc.property(steps, steps, (sent, seen) => {
      const acknowledged = curveOf(sent)
      const visible = curveOf(seen, 100)
      const seenAt = timesOf(visible)
      const delays = timesOf(acknowledged)
        .slice(0, seenAt.length)
        .map((at_ms, index) => Math.max(0, seenAt[index]! - at_ms))
        .sort((a, b) => a - b)
      const rank = (share: number) => delays[Math.ceil(share * delays.length - 1e-9) - 1]
      expect(measureFreshness(acknowledged, visible)).toEqual({
        p50_ms: rank(0.5),
        p95_ms: rank(0.95),
        p99_ms: rank(0.99),
        max_ms: delays.at(-1),
      })
    }),
  )
})

test('when everything becomes visible the same time after its acknowledgement, that is every percentile', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 10_000 }), (sent, delay_ms) => {
      const freshness = measureFreshness(curveOf(sent), curveOf(sent, delay_ms))
      expect(new Set(Object.values(freshness!))).toEqual(new Set([delay_ms]))
    }),
  )
})

test('there is no freshness of nothing', () => {
  expect(measureFreshness(curveOf([{ after_ms: 1, more: 1 }]), new StepCurve())).toBeUndefined()
  expect(measureFreshness(new StepCurve(), curveOf([{ after_ms: 1, more: 1 }]))).toBeUndefined()
})
