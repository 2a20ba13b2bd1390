import { openPublisher } from '@caretally/kafka'
import { createTestTopic } from '@caretally/kafka/testing'
import { type Clock, createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { readInteractions, tallyInteractions } from './interactions.test-support.ts'
import { live } from './live.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const timeZone = 'America/Los_Angeles'
const options = {
  scenario: kaiserScenario,
  scale: 1_000,
  seed: 1,
  timeZone,
  pseudonymKey: { version: 1, secret: new Uint8Array(32) },
}

/** A clock that moves only when somebody sleeps, and then at once, or when it is told to. */
function createFastClock(start_ms: number): Clock & { advance(ms: number): void } {
  let now_ms = start_ms
  return {
    now: () => now_ms,
    advance(ms) {
      now_ms += ms
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      now_ms += ms
    },
  }
}

test.concurrent('live events come at the rate asked for, with times of now, and the tally is what is in the topic', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using publisher = await openPublisher({ ...place, logger })
  const start_ms = Date.parse('2016-11-06T08:59:30Z') // in the hour that daylight saving repeats
  const clock = createFastClock(start_ms)
  const tally = await live({ ...options, publisher, clock, rate_per_second: 10.5, duration_ms: 60_000 })
  expect(tally.total).toBe(630)
  const interactions = await readInteractions(place)
  expect([...tallyInteractions(interactions, timeZone).entries()]).toEqual([...tally.entries()])
  for (const { time_ms } of interactions) {
    expect(time_ms).toBeGreaterThan(start_ms)
    expect(time_ms).toBeLessThanOrEqual(start_ms + 60_000)
  }
})

test.concurrent('live events are only of the kinds asked for, and end with the signal', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using publisher = await openPublisher({ ...place, logger })
  const controller = new AbortController()
  const { signal } = controller
  const onProgress = (acknowledged: number) => {
    if (acknowledged >= 100) controller.abort(new Error('enough'))
  }
  const clock = createFastClock(Date.parse('2016-06-15T20:00:00Z'))
  const kinds = ['refill', 'message'] as const
  const tally = await live({ ...options, publisher, clock, signal, onProgress, kinds, rate_per_second: 200 })
  const { message, refill, ...others } = tally.totals()
  expect(message + refill).toBe(100)
  expect(Math.min(message, refill)).toBeGreaterThan(10)
  expect(others).toEqual({ login: 0, telehealth: 0, lab_view: 0 })
})

test.concurrent('after a stall no more than five seconds’ events are made up for', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using publisher = await openPublisher({ ...place, logger })
  const clock = createFastClock(Date.parse('2016-06-15T20:00:00Z'))
  const onProgress = (acknowledged: number) => {
    if (acknowledged === 10) clock.advance(60_000)
  }
  const tally = await live({ ...options, publisher, clock, onProgress, rate_per_second: 100, duration_ms: 61_000 })
  // 0.1 s before the stall, 5 s made up for, and the last 0.8 s.
  expect(tally.total).toBe(10 + 500 + 80)
})
