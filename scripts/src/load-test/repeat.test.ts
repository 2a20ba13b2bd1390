import { type Clock, systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { repeat } from './repeat.ts'

const timing = { every_ms: 1, clock: systemClock, signal: new AbortController().signal }

test('something is done again and again, and a last time after it was told to stop', async () => {
  let times = 0
  let enough: () => void
  const several = new Promise<void>((resolve) => (enough = resolve))
  const { stop } = repeat(async () => {
    times += 1
    if (times === 3) enough()
  }, timing)
  await several
  const before = times
  await stop()
  expect(times).toBeGreaterThan(before)
})

test('what it has failed with is told when it is stopped', async () => {
  const { stop } = repeat(() => Promise.reject(new Error('lost')), timing)
  await expect(stop()).rejects.toThrow('lost')
})

test('when it is given up there is no last time', async () => {
  const controller = new AbortController()
  let times = 0
  const clock: Clock = { ...systemClock, sleep: async () => controller.abort(new Error('given up')) }
  const { stop } = repeat(async () => void (times += 1), { every_ms: 1, clock, signal: controller.signal })
  await stop()
  expect(times).toBe(1)
})
