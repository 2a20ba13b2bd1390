import { CaretallyError } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { PublishHealth, SILENCE_MS_MAX } from './publish-health.ts'

function startHealth() {
  let now_ms = 0
  const health = new PublishHealth({ now: () => now_ms })
  return { health, pass: (ms: number) => void (now_ms += ms) }
}

test('a failed send makes it unready until one is acknowledged', () => {
  const { health } = startHealth()
  using _ = health.begin()
  health.failed(new CaretallyError('send_not_covered', 'a send resolved without a partition'))
  expect(health.whyNotReady()).toBe('Kafka has not taken the last send: send_not_covered')
  health.failed(new TypeError('with "data" of somebody'))
  expect(health.whyNotReady()).toBe('Kafka has not taken the last send: TypeError')
  expect(health.whyNotAlive()).toBeUndefined()
  health.acknowledged()
  expect(health.whyNotReady()).toBeUndefined()
})

test('silence counts only while something is on its way', () => {
  const { health, pass } = startHealth()
  pass(SILENCE_MS_MAX + 1)
  expect(health.whyNotReady()).toBeUndefined()
  {
    using _ = health.begin()
    pass(10_000)
    expect(health.whyNotReady()).toBeUndefined()
    pass(1)
    expect(health.whyNotReady()).toBe('nothing acknowledged for 10 s')
    health.acknowledged()
    expect(health.whyNotReady()).toBeUndefined()
    pass(SILENCE_MS_MAX)
    expect(health.whyNotAlive()).toBeUndefined()
    pass(1)
    expect(health.whyNotAlive()).toBe('nothing acknowledged for 300 s')
  }
  expect(health.whyNotAlive()).toBeUndefined()
})
