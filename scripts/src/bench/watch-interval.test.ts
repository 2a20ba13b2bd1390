import type { Clock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { watchInterval } from './watch-interval.ts'

/** A world in which rows come by a schedule, and in which a core is busy all the time. */
function watch(total: number, rowsAt: (time_ms: number) => number) {
  let now_ms = 0
  const polls: number[] = []
  const clock: Clock = {
    now: () => now_ms,
    sleep: async (ms) => {
      now_ms += ms
    },
  }
  const count = async () => {
    polls.push(now_ms)
    return Math.min(total, rowsAt(now_ms))
  }
  const { signal } = new AbortController()
  const interval = watchInterval({ total, count, cpu_us: () => now_ms * 1_000, onProgress: () => {}, clock, signal })
  return { interval, polls }
}

test('the interval begins with the first rows and ends with the last', async () => {
  const { interval } = watch(100_000, (time_ms) => Math.max(0, (time_ms - 5_000) * 10))
  const { rows, seconds, cpu_us, isRough } = await interval
  expect(isRough).toBe(false)
  expect(rows).toBe(99_750)
  expect(seconds).toBeCloseTo(9.975)
  expect(cpu_us).toBeCloseTo(seconds * 1e6)
})

test('between its edges it asks rarely', async () => {
  const { interval, polls } = watch(1_000_000, (time_ms) => time_ms * 100)
  await interval
  const middle = polls.filter((time_ms) => time_ms > 1_000 && time_ms < 9_000)
  expect(middle).toHaveLength(40)
})

test('rows that come nearly all at once are measured from the beginning, and said to be too few', async () => {
  const { interval } = watch(1_000, (time_ms) => (time_ms < 500 ? 0 : 1_000))
  expect(await interval).toEqual({ rows: 1_000, seconds: 0.5, cpu_us: 500_000, isRough: true })
})

test('it does not wait for ever', async () => {
  const { interval } = watch(1_000, () => 10)
  await expect(interval).rejects.toThrow('nothing came for 120 s after 10 of 1,000 rows')
})
