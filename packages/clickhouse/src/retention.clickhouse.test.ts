import { expect, test } from 'vitest'

import { migrate } from './migrate.ts'
import { DEFAULT_RETENTION, type Retention } from './retention.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const timeZone = 'America/Los_Angeles'

async function select({ client }: TestDatabase, query: string): Promise<unknown[]> {
  const response = await client.query({ query, format: 'JSONCompactEachRow' })
  return response.json()
}

/** An event for each number of months since it was written, of which the offset tells. */
async function insertEvents({ client }: TestDatabase, time: string): Promise<void> {
  await client.command({
    query: `INSERT INTO events (time, kind, kafka_partition, kafka_offset, ingested_at)
      SELECT ${time}, 'login', 0, number, toStartOfMonth(now('UTC')) - toIntervalMonth(number) FROM numbers(30)`,
  })
}

async function settle({ client }: TestDatabase): Promise<void> {
  for (const table of ['events', 'duplicates', 'dead_letters']) {
    await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` })
  }
}

test.each(["'2016-02-29 20:00:00'", 'now()'])(
  'events are kept for 25 months after they were written, whenever they were, and their counts for ever: time %s',
  async (time) => {
    await using database = await createTestDatabase()
    await insertEvents(database, time)
    await settle(database)
    expect(await select(database, 'SELECT kafka_offset FROM events ORDER BY kafka_offset')).toEqual(
      Array.from({ length: 26 }, (_, month) => [String(month)]),
    )
    expect(await select(database, 'SELECT sum(daily_counts.events) FROM daily_counts')).toEqual([['30']])
  },
)

test('of a dead letter the bytes go after 90 days, and of a duplicate the id after 25 months; that there were any stays', async () => {
  await using database = await createTestDatabase()
  const { client } = database
  await client.command({
    query: `INSERT INTO dead_letters (kafka_offset, key, value, headers, reason, ingested_at)
      SELECT number, 'key', 'value', [('name', 'value')], 'invalid_json', now() - toIntervalDay(number * 89 + 1) FROM numbers(2)
      UNION ALL SELECT 2, 'key', 'value', [('name', 'value')], 'invalid_json', now() - toIntervalDay(91)`,
  })
  await client.command({
    query: `INSERT INTO duplicates (kafka_offset, id, ingested_at)
      SELECT number, toUUID('018f0000-0000-7000-8000-000000000000'), now() - toIntervalMonth(number * 27) FROM numbers(2)`,
  })
  await settle(database)
  const kept = ['key', 'value', [['name', 'value']], 'invalid_json']
  const letters =
    'SELECT key, value, arrayMap(h -> [h.name, h.value], headers), reason FROM dead_letters ORDER BY kafka_offset'
  const gone = [null, null, [], 'invalid_json']
  expect(await select(database, letters)).toEqual([kept, gone, gone])
  expect(await select(database, 'SELECT id FROM duplicates ORDER BY kafka_offset')).toEqual([
    ['018f0000-0000-7000-8000-000000000000'],
    ['00000000-0000-0000-0000-000000000000'],
  ])
})

test('a retention is set once, changed when it is another, and taken away by 0', async () => {
  await using database = await createTestDatabase()
  await insertEvents(database, 'now()')
  const mutations = () => select(database, 'SELECT count() FROM system.mutations WHERE database = currentDatabase()')
  const records = () => select(database, 'SELECT events_months, dead_letters_days FROM retentions ORDER BY since')
  const set = (retention?: Retention) => migrate({ ...database, timeZone, ...(retention && { retention }) })
  const before = await mutations()
  await set(DEFAULT_RETENTION)
  expect([await mutations(), await records()]).toEqual([before, [[25, 90]]])

  await set({ events_months: 0, dead_letters_days: 0 })
  await set({ events_months: 0, dead_letters_days: 0 })
  await settle(database)
  const left = await select(database, 'SELECT count() FROM events')
  await set({ events_months: 3, dead_letters_days: 1 })
  await settle(database)
  expect(await select(database, 'SELECT count() FROM events')).toEqual([['4']])
  expect(Number(left.flat())).toBeGreaterThanOrEqual(26)
  expect(await records()).toEqual([
    [25, 90],
    [0, 0],
    [3, 1],
  ])
})
