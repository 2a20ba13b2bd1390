import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Clock } from './clock.ts'
import { retry } from './retry.ts'

function recordingClock() {
  const sleeps: number[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      sleeps.push(ms)
    },
  }
  return { clock, sleeps }
}

const pace = { first_ms: 100, max_ms: 5_000 }

test('waits grow from first_ms to max_ms, each shortened by at most a half', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), async (random) => {
      const { clock, sleeps } = recordingClock()
      const failing = async (attempt: number) => {
        if (attempt <= 40) throw new Error('not yet')
        return attempt
      }
      expect(await retry(failing, { clock, pace, shouldRetry: () => true, random: () => random })).toBe(41)
      for (const [index, ms] of sleeps.entries()) {
        const full = Math.min(pace.max_ms, pace.first_ms * 2 ** index)
        expect(ms).toBeLessThanOrEqual(full)
        expect(ms).toBeGreaterThanOrEqual(Math.floor(full / 2))
      }
    }),
  )
})

test('an error that no retry mends is thrown at once', async () => {
  const { clock, sleeps } = recordingClock()
  const failing = async () => {
    throw new Error('for good')
  }
  await expect(retry(failing, { clock, pace, shouldRetry: () => false })).rejects.toThrow('for good')
  expect(sleeps).toEqual([])
})

test('an abort ends the waiting with its reason, after at least one attempt', async () => {
  const { clock } = recordingClock()
  let attempts = 0
  const failing = async () => {
    attempts += 1
    throw new Error('not yet')
  }
  const signal = AbortSignal.abort(new Error('stopping'))
  await expect(retry(failing, { clock, pace, shouldRetry: () => true, signal })).rejects.toThrow('stopping')
  expect(attempts).toBe(1)
})
