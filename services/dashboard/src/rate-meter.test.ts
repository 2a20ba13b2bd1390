import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createRateMeter, RATE_SPAN_MS } from './rate-meter.ts'

test('a single look tells no rate, and neither do two at once', () => {
  const measure = createRateMeter()
  expect(measure(0, 100)).toBeNull()
  expect(measure(999, 200)).toBeNull()
  expect(measure(1_000, 200)).toBe(100)
})

test('a steady rate is told however often one looks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(fc.integer({ min: 1_000, max: 20_000 })),
      (rate, waits) => {
        const measure = createRateMeter()
        let now_ms = 0
        measure(now_ms, 0)
        for (const wait of waits) {
          now_ms += wait
          expect(measure(now_ms, (now_ms * rate) / 1_000)).toBeCloseTo(rate)
        }
      },
    ),
  )
})

test('what happened before the span has no part in it', () => {
  const measure = createRateMeter()
  measure(0, 0)
  measure(1_000, 1_000_000)
  expect(measure(RATE_SPAN_MS + 1_000, 1_000_000)).toBe(0)
})

test('a count that has shrunk begins anew', () => {
  const measure = createRateMeter()
  measure(0, 1_000)
  expect(measure(2_000, 10)).toBeNull()
  expect(measure(4_000, 30)).toBe(10)
})
