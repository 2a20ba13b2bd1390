import { expect, test } from 'vitest'

import { createStream, take } from './stream.ts'

test('a stream has as many events as asked for, however many its scenario has', () => {
  const ids = new Set<string>()
  let events = 0
  for (const { event } of createStream({ events: 1_500, from: '2016-12-31' })) {
    if (!event) continue
    events += 1
    ids.add(String(event.value))
  }
  expect(events).toBe(1_500)
  expect(ids.size).toBe(1_500)
})

test('a part of a stream can be taken, and the rest later', () => {
  const whole = [...createStream({ events: 30, duplicates_percent: 20, malformed_percent: 10 })]
  const stream = createStream({ events: 30, duplicates_percent: 20, malformed_percent: 10 })
  expect([...take(stream, 10), ...stream]).toEqual(whole)
})
