import { expect, test } from 'vitest'

import { streamOptionsOf } from './stream-options.ts'

const now_ms = Date.UTC(2025, 5, 1)
const context = { timeZone: 'UTC', partitions: 4, now_ms }
const args = {
  duplicates_percent: 10,
  malformed_percent: 1,
  late_percent: 5,
  isPrefilled: false,
  seed: 1,
  format: 'table' as const,
}

test('at a rate, events happen while they are sent', () => {
  const { records, from_ms, to_ms } = streamOptionsOf({ ...args, pace: { records: 300, rate_per_second: 5 } }, context)
  expect({ records, from_ms, to_ms }).toEqual({ records: 300, from_ms: now_ms, to_ms: now_ms + 60_000 })
})

test('a bulk is the backlog of the days that the portal would have needed for it', () => {
  const { from_ms, to_ms } = streamOptionsOf({ ...args, pace: { records: 678_000 * 7 } }, context)
  expect((to_ms - from_ms) / 86_400_000).toBeCloseTo(7, 2)
  expect(to_ms).toBe(now_ms)
})
