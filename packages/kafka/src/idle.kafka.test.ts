import { systemClock } from '@caretally/runtime'
import { expect, test, vi } from 'vitest'

import { createTestTopic } from './testing.ts'

const WATCHED_MS = 1_000
/** kafkajs's unpatched request queue sets about a thousand a second for each connection. */
const TIMERS_MAX = 50

test('a connection with nothing to do sets almost no timers', async () => {
  await using topic = await createTestTopic({ partitions: 1 })
  const admin = topic.kafka.admin()
  await admin.connect()
  await admin.listTopics()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  await systemClock.sleep(WATCHED_MS) // what is measured is a second of doing nothing
  const count = timers.mock.calls.length
  timers.mockRestore()
  await admin.disconnect()
  expect(count).toBeLessThan(TIMERS_MAX)
})
