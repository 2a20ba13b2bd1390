import { CaretallyError } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { PublishHealth, SILENCE_MS_MAX } from './publish-health.ts'

function startHealth() {
  let now_ms = 0
  const health = new PublishHealth({ now: () => now_ms })
  return { health, pass: (ms: number) => void (now_ms += ms) }
}

test('what Kafka has not taken makes it unready until that is acknowledged, whatever else is', () => {
  const { health } = startHealth()
  const [one, other] = [health.begin(), health.begin()]
  one.failed(new CaretallyError('send_not_covered', 'a send resolved without a partition'))
  expect(health.whyNotReady()).toBe('Kafka has not taken a batch: send_not_covered')
  one.failed(new TypeError('with "data" of somebody'))
  expect(health.whyNotReady()).toBe('Kafka has not taken a batch: TypeError')
  expect(health.whyNotAlive()).toBeUndefined()
  other.acknowledged()
  expect(health.whyNotReady()).toBe('Kafka has not taken a batch: TypeError')
  one.acknowledged()
  expect(health.whyNotReady()).toBeUndefined()
})

test('silence is that of what has been on its way for longest', () => {
  const { health, pass } = startHealth()
  pass(SILENCE_MS_MAX + 1)
  expect(health.whyNotReady()).toBeUndefined()
  const first = health.begin()
  pass(10_000)
  const second = health.begin()
  expect(health.whyNotReady()).toBeUndefined()
  pass(1)
  expect(health.whyNotReady()).toBe('waiting for an acknowledgement for 10 s')
  first.acknowledged()
  expect(health.whyNotReady()).toBeUndefined()
  pass(SILENCE_MS_MAX - 1)
  expect(health.whyNotAlive()).toBeUndefined()
  pass(1)
  expect(health.whyNotAlive()).toBe('waiting for an acknowledgement for 300 s')
  second.acknowledged()
  expect(health.whyNotAlive()).toBeUndefined()
})
