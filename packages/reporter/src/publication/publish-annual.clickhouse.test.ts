import {
  createTestDatabase,
  insertInteractions,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { expect, test } from 'vitest'

import { findMetrics } from '../metrics.ts'
import { annualReport } from '../report.ts'
import { annualHistory } from './history.ts'
import { publishAnnual } from './publish-annual.ts'

const metrics = findMetrics(['digital_interactions', 'mobile_login_share'])
const timeZone = 'America/Los_Angeles'

/** Publishes 2016 at a moment; resolves to how many figures were revised and how many stayed. */
async function publishAt({ client }: TestDatabase, now: string) {
  const clock = { now: () => Date.parse(now) }
  const rows = await annualReport({ client, timeZone, clock, years: [2016], metrics })
  const { revised, unchanged } = await publishAnnual({ client, clock, rows })
  return { revised: revised.length, unchanged }
}

function insertLogins({ client }: TestDatabase, count: number, channel: string): Promise<void> {
  const time_ms = Date.parse('2016-02-29T20:00:00Z')
  return insertInteractions(
    client,
    Array.from({ length: count }, () => sampleInteraction({ kind: 'login', channel, time_ms })),
  )
}

test('a figure that has moved is published as the next revision, and the history says when and by how many events', async () => {
  await using database = await createTestDatabase()
  await insertLogins(database, 3, 'mobile')
  expect(await publishAt(database, '2017-01-05T00:00:00Z')).toEqual({ revised: 2, unchanged: 0 })
  expect(await publishAt(database, '2017-01-06T00:00:00Z')).toEqual({ revised: 0, unchanged: 2 })
  await insertLogins(database, 2, 'web')
  expect(await publishAt(database, '2017-02-01T00:00:00Z')).toEqual({ revised: 2, unchanged: 0 })

  const history = await annualHistory({ client: database.client, year: 2016, metrics })

  const first = { revision: 1, published_at: '2017-01-05T00:00:00.000Z', value_change: null, events_change: null }
  const second = { revision: 2, published_at: '2017-02-01T00:00:00.000Z' }
  expect(history).toMatchObject([
    { metric: 'digital_interactions', ...first, value: 3, events: 3 },
    { metric: 'digital_interactions', ...second, value: 5, value_change: 2, events: 5, events_change: 2 },
    { metric: 'mobile_login_share', ...first, value: 1, events: 3 },
    { metric: 'mobile_login_share', ...second, value: 0.6, value_change: -0.4, events: 5, events_change: 2 },
  ])
})

test('a share of nothing is published too, without a value', async () => {
  await using database = await createTestDatabase()
  await insertInteractions(database.client, [sampleInteraction({ kind: 'refill', time_ms: Date.UTC(2016, 5) })])
  await publishAt(database, '2017-01-05T00:00:00Z')
  const history = await annualHistory({ client: database.client, year: 2016, metrics })
  expect(history.at(-1)).toMatchObject({ metric: 'mobile_login_share', value: null, events: 0 })
})

test('of two who publish at the same time one is told, and each revision is there once', async () => {
  await using database = await createTestDatabase()
  await insertLogins(database, 1, 'web')
  const times = ['2017-01-05T00:00:00.000Z', '2017-01-05T00:00:00.001Z']

  const attempts = await Promise.allSettled(times.map((now) => publishAt(database, now)))

  const history = await annualHistory({ client: database.client, year: 2016, metrics })
  expect(history.map(({ metric, revision }) => [metric, revision])).toEqual([
    ['digital_interactions', 1],
    ['mobile_login_share', 1],
  ])
  const refused = attempts.filter(({ status }) => status === 'rejected')
  for (const attempt of refused) expect(attempt).toMatchObject({ reason: { code: 'published_meanwhile' } })
  // who comes late finds some figures published, or all of them, and has nothing to say about those
  const revised = attempts.map((attempt) => (attempt.status === 'fulfilled' ? attempt.value.revised : 0))
  if (refused.length === 0) expect(revised.reduce((sum, count) => sum + count, 0)).toBe(2)
})
