import { expect, test } from 'vitest'

import { Health, SILENCE_MS_MAX } from './health.ts'

function startHealth() {
  const group = { isJoined: true }
  const owned = { isLoading: false }
  const troubles = { first: undefined as string | undefined }
  const clickhouse = { away: undefined as string | undefined }
  const whyWithoutClickHouse = () => Promise.resolve(clickhouse.away)
  let now_ms = 0
  const clock = { now: () => now_ms, sleep: () => Promise.resolve() }
  const health = new Health({ group, owned, troubles, whyWithoutClickHouse, clock })
  return { group, owned, troubles, clickhouse, health, pass: (ms: number) => void (now_ms += ms) }
}

test('it is ready only while the group is joined, nothing has failed, no partition is being loaded and ClickHouse is there', async () => {
  const { group, owned, troubles, clickhouse, health } = startHealth()
  expect(await health.whyNotReady()).toBeUndefined()
  clickhouse.away = 'without ClickHouse: clickhouse_unreachable'
  expect(await health.whyNotReady()).toBe(clickhouse.away)
  owned.isLoading = true
  expect(await health.whyNotReady()).toBe('loading a partition')
  troubles.first = 'insert is tried again: clickhouse_unreachable'
  expect(await health.whyNotReady()).toBe(troubles.first)
  group.isJoined = false
  expect(await health.whyNotReady()).toBe('joining the consumer group')
})

test('it is alive as long as Kafka was heard of lately', () => {
  const { health, pass } = startHealth()
  pass(SILENCE_MS_MAX)
  expect(health.whyNotAlive()).toBeUndefined()
  pass(1)
  expect(health.whyNotAlive()).toBe('nothing heard from Kafka for 120 s')
  health.heard()
  expect(health.whyNotAlive()).toBeUndefined()
})
