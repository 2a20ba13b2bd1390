import { createClient } from '@clickhouse/client'
import { expect, test } from 'vitest'

import { insertBlock } from './insert.ts'
import { checkInsertSettings } from './insert-settings.ts'
import { BLOCK_ROWS_MAX } from './native/block.ts'
import { deadLettersBlock, duplicatesBlock, eventsBlock } from './native/table-blocks.ts'
import { createTestDatabase, insertInteractions, sampleInteraction, type TestDatabase } from './testing.ts'

test('this server takes the settings of inserts, and keeps them', async () => {
  await using test = await createTestDatabase()
  await checkInsertSettings(test.client)
})

test('a profile that would undo the settings of inserts is refused', async () => {
  await using test = await createTestDatabase()
  const query = "SELECT name FROM system.settings WHERE name = 'use_strict_insert_block_limits'"
  const [strict] = await select(test, query)
  const { url, username, password, database } = test.connection
  await using client = createClient({
    url,
    username,
    password,
    database,
    clickhouse_settings: strict ? { [String(strict.name)]: 1 } : { readonly: '1' },
  })
  await expect(checkInsertSettings(client)).rejects.toMatchObject({
    code: strict ? 'insert_settings_refused' : 'clickhouse_refused',
  })
})

test('an interaction comes back as it was, at its place in Kafka', async () => {
  await using test = await createTestDatabase()
  const interaction = sampleInteraction({
    kind: 'refill',
    detail: '',
    quantity: 20,
    time_ms: Date.UTC(2016, 1, 29) + 7,
  })
  await insertInteractions(test.client, [interaction], { partition: 11, first: 4_000_000_000_000 })
  const query = `SELECT id, source, toUnixTimestamp64Milli(time) AS time_ms, kind, lower(hex(subject)) AS subject, channel,
    region, detail, quantity, kafka_partition, kafka_offset, ingested_at > now() - 60 AS is_new FROM events`
  expect(await select(test, query)).toEqual([
    {
      ...interaction,
      time_ms: String(interaction.time_ms),
      kafka_partition: 11,
      kafka_offset: '4000000000000',
      is_new: 1,
    },
  ])
})

test('a block that is inserted twice counts once, in the events and in the days', async () => {
  await using test = await createTestDatabase()
  const interactions = [sampleInteraction(), sampleInteraction({ quantity: 3 })]
  await insertInteractions(test.client, interactions)
  await insertInteractions(test.client, interactions)
  expect(await totals(test)).toEqual({ raw: 2, days: 2, quantity: 4, members: 2 })
})

test('the same rows under another token count again', async () => {
  await using test = await createTestDatabase()
  const interactions = [sampleInteraction(), sampleInteraction()]
  await insertInteractions(test.client, interactions, { token: 'one' })
  await insertInteractions(test.client, interactions, { token: 'other' })
  expect(await totals(test)).toEqual({ raw: 4, days: 4, quantity: 4, members: 2 })
})

test('20 blocks that are each inserted by four at the same time count once each', async () => {
  await using test = await createTestDatabase()
  const ranges = Array.from({ length: 20 }, () => [sampleInteraction(), sampleInteraction(), sampleInteraction()])
  const inserts = ranges.flatMap((range, index) =>
    [1, 2, 3, 4].map(() => insertInteractions(test.client, range, { partition: index % 4, first: 3 * index })),
  )
  await Promise.all(inserts)
  expect(await totals(test)).toEqual({ raw: 60, days: 60, quantity: 60, members: 60 })
  expect(await blocksWritten(test, 'events')).toEqual(Array.from({ length: 20 }, () => '3'))
})

test('a replay fills a view that had missed the first attempt', async () => {
  await using test = await createTestDatabase()
  const interactions = [sampleInteraction(), sampleInteraction()]
  await test.client.command({ query: 'DETACH TABLE daily_counts_from_events SYNC' })
  await insertInteractions(test.client, interactions)
  await test.client.command({ query: 'ATTACH TABLE daily_counts_from_events' })
  expect(await totals(test)).toMatchObject({ raw: 2, days: 0 })
  await insertInteractions(test.client, interactions)
  expect(await totals(test)).toMatchObject({ raw: 2, days: 2 })
})

test('a replay completes a range that was written for some of its months only', async () => {
  await using test = await createTestDatabase()
  const interactions = [0, 1, 1, 2].map((month) => sampleInteraction({ time_ms: Date.UTC(2016, month, 15) }))
  const loseFebruary = () => test.client.command({ query: "ALTER TABLE events DROP PARTITION '201602'" })

  await test.client.command({ query: 'DETACH TABLE daily_counts_from_events SYNC' })
  await insertInteractions(test.client, interactions)
  await loseFebruary()
  await test.client.command({ query: 'ATTACH TABLE daily_counts_from_events' })
  await insertInteractions(test.client, interactions)
  expect(await totals(test), 'when the view had nothing').toMatchObject({ raw: 4, days: 4 })

  await loseFebruary()
  await insertInteractions(test.client, interactions)
  expect(await totals(test), 'when the view had all').toMatchObject({ raw: 4, days: 4 })
})

test('a block may hold events of every month since 2000', async () => {
  await using test = await createTestDatabase()
  const months = 12 * 40
  const interactions = Array.from({ length: 2 * months }, (_, index) =>
    sampleInteraction({ time_ms: Date.UTC(2000, Math.floor(index / 2), 15, 12) }),
  )
  await insertInteractions(test.client, interactions)
  await insertInteractions(test.client, interactions)
  expect(await totals(test)).toMatchObject({ raw: 2 * months, days: 2 * months })
  expect(await select(test, 'SELECT count() AS days, min(events) AS least, max(events) AS most FROM daily')).toEqual([
    { days: String(months), least: '2', most: '2' },
  ])
})

test('a range of the greatest length is written as one block', async () => {
  await using test = await createTestDatabase()
  const deadLetters = deadLettersBlock()
  const row = { headers: [], appended_ms: 0, reason: 'not_json', detail: 'no JSON', key: null }
  const value = Buffer.alloc(400, 0xfe)
  for (let offset = 0; offset < BLOCK_ROWS_MAX; offset++) deadLetters.append({ ...row, value }, 0, offset)
  const { table, columns, rows } = deadLetters
  await insertBlock(test.client, { table, columns, rows, block: deadLetters.encode(), token: 'one' })
  expect(await blocksWritten(test, 'dead_letters')).toEqual([String(BLOCK_ROWS_MAX)])
})

test('dead letters keep every byte, and a replay adds none', async () => {
  await using test = await createTestDatabase()
  const deadLetters = deadLettersBlock()
  const value = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const common = { appended_ms: Date.UTC(2016, 0), reason: 'not_json', detail: 'the value is not JSON' }
  deadLetters.append(
    {
      ...common,
      value,
      key: Buffer.of(0, 255),
      headers: [
        ['a', value],
        ['a', Buffer.of()],
      ],
    },
    0,
    5,
  )
  deadLetters.append({ ...common, value: null, key: null, headers: [] }, 0, 6)
  deadLetters.append({ ...common, value: Buffer.of(), key: Buffer.of(), headers: [] }, 0, 7)
  const { table, columns, rows } = deadLetters
  for (let attempt = 0; attempt < 2; attempt++) {
    await insertBlock(test.client, { table, columns, rows, block: deadLetters.encode(), token: 'one' })
  }
  const query = `SELECT hex(value) AS value, hex(key) AS key, arrayMap(h -> (h.name, hex(h.value)), headers) AS headers
    FROM dead_letters ORDER BY kafka_offset`
  const hex = value.toString('hex').toUpperCase()
  expect(await select(test, query)).toEqual([
    {
      value: hex,
      key: '00FF',
      headers: [
        ['a', hex],
        ['a', ''],
      ],
    },
    { value: null, key: null, headers: [] },
    { value: '', key: '', headers: [] },
  ])
  expect(await select(test, 'SELECT DISTINCT status FROM dead_letter_states')).toEqual([{ status: 'open' }])
})

test('the latest decision about a dead letter holds', async () => {
  await using test = await createTestDatabase()
  const deadLetters = deadLettersBlock()
  const row = { value: null, key: null, headers: [], appended_ms: 0, reason: 'not_json', detail: '' }
  for (const offset of [5, 6]) deadLetters.append(row, 0, offset)
  const { table, columns, rows } = deadLetters
  await insertBlock(test.client, { table, columns, rows, block: deadLetters.encode(), token: 'one' })
  for (const status of ['discarded', 'replayed']) {
    const query =
      'INSERT INTO dead_letter_decisions (kafka_partition, kafka_offset, status) VALUES (0, 6, {status:String})'
    await test.client.command({ query, query_params: { status }, clickhouse_settings: { async_insert: 0 } })
  }
  expect(await select(test, 'SELECT kafka_offset, status FROM dead_letter_states ORDER BY kafka_offset')).toEqual([
    { kafka_offset: '5', status: 'open' },
    { kafka_offset: '6', status: 'replayed' },
  ])
})

test('a duplicate is kept with the place of the event that was accepted', async () => {
  await using test = await createTestDatabase()
  const duplicates = duplicatesBlock()
  const { id, source } = sampleInteraction()
  duplicates.append({ id, source, firstOffset: 3n }, 2, 9)
  const { table, columns, rows } = duplicates
  await insertBlock(test.client, { table, columns, rows, block: duplicates.encode(), token: 'one' })
  const query = 'SELECT kafka_partition, kafka_offset, id, source, first_offset FROM duplicates'
  expect(await select(test, query)).toEqual([{ kafka_partition: 2, kafka_offset: '9', id, source, first_offset: '3' }])
})

test('an insert that is cancelled rejects with the reason, and can be repeated', async () => {
  await using test = await createTestDatabase()
  const interactions = [sampleInteraction()]
  const events = eventsBlock()
  for (const [offset, interaction] of interactions.entries()) events.append(interaction, 0, offset)
  const { table, columns, rows } = events
  const insert = { table, columns, rows, block: events.encode(), token: 'one' }
  const controller = new AbortController()
  const cancelled = insertBlock(test.client, { ...insert, signal: controller.signal })
  const reason = new Error('the partition was taken away')
  controller.abort(reason)
  await expect(cancelled).rejects.toBe(reason)
  await insertBlock(test.client, insert)
  expect(await totals(test)).toMatchObject({ raw: 1, days: 1 })
})

test('an insert that the server refuses says why without the rows', async () => {
  await using test = await createTestDatabase()
  await test.client.command({ query: 'DROP TABLE events SYNC' })
  const inserted = insertInteractions(test.client, [sampleInteraction()])
  await expect(inserted).rejects.toMatchObject({
    code: 'clickhouse_refused',
    message: 'ClickHouse refused to insert into events: UNKNOWN_TABLE (60)',
    retriable: false,
  })
})

test('a failing view fails the insert, and the replay mends both', async () => {
  await using test = await createTestDatabase()
  const interactions = [sampleInteraction()]
  await test.client.command({ query: 'RENAME TABLE daily_counts TO away' })
  await expect(insertInteractions(test.client, interactions)).rejects.toMatchObject({ code: 'clickhouse_refused' })
  await test.client.command({ query: 'RENAME TABLE away TO daily_counts' })
  await insertInteractions(test.client, interactions)
  expect(await totals(test)).toMatchObject({ raw: 1, days: 1 })
})

/** The rows of each block as it was written, also when it has been merged into a larger part since. */
async function blocksWritten(test: TestDatabase, table: string): Promise<unknown[]> {
  const query = `SELECT rows FROM system.parts WHERE database = currentDatabase() AND table = '${table}' AND level = 0`
  return (await select(test, query)).map(({ rows }) => rows)
}

async function totals(test: TestDatabase): Promise<Record<string, number>> {
  const [row] = await select(
    test,
    `SELECT (SELECT count() FROM events) AS raw, sum(daily_counts.events) AS days, sum(daily_counts.quantity) AS quantity,
      uniqCombined64Merge(14)(daily_counts.members) AS members FROM daily_counts`,
  )
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
}

async function select({ client }: TestDatabase, query: string): Promise<Record<string, unknown>[]> {
  const response = await client.query({ query, format: 'JSONEachRow' })
  return response.json()
}
