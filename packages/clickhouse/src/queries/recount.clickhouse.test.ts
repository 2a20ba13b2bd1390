import { systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { insertBlock } from '../insert.ts'
import { duplicatesBlock } from '../native/table-blocks.ts'
import { createTestDatabase, insertInteractions, sampleInteraction, type TestDatabase } from '../testing.ts'
import { runQuery } from './query.ts'
import { countUncounted, insertsUnderWay, uncountedEvents, WITHOUT_DAILY_COUNTS, writtenOffsets } from './recount.ts'

const timeZone = 'America/Los_Angeles'
const partition = 3

/** Two of one combination, on both sides of midnight in Los Angeles, and of several combinations. */
const interactions = [
  { time_ms: Date.UTC(2016, 0, 1, 9) },
  { time_ms: Date.UTC(2016, 0, 1, 9), quantity: 2 },
  { time_ms: Date.UTC(2016, 0, 1, 7, 59) },
  { time_ms: Date.UTC(2016, 1, 1, 7, 59) },
  { time_ms: Date.UTC(2016, 1, 1, 8), kind: 'refill', detail: '', quantity: 5 },
  { time_ms: Date.UTC(2016, 1, 1, 9), region: 'OR' },
].map(sampleInteraction)

test('what the daily counts lack of a range is counted as their view counts it, and once', async () => {
  await using whole = await createTestDatabase({ timeZone })
  await using holed = await createTestDatabase({ timeZone })
  const range = { partition, from: 0, before: 6, timeZone }
  await insertInteractions(whole.client, interactions, { partition })
  await insertInteractions(holed.client, interactions, { partition, settings: WITHOUT_DAILY_COUNTS })
  expect(await daily(holed)).toEqual([])
  expect(await runQuery(holed.client, uncountedEvents, range)).toEqual([{ events: 6 }])
  for (const token of ['one', 'one', 'other']) {
    await countUncounted(holed.client, { ...range, token })
    expect(await daily(holed)).toEqual(await daily(whole))
    expect(await runQuery(holed.client, uncountedEvents, range)).toEqual([{ events: 0 }])
  }
})

test('what other ranges and partitions have counted is no part of a range, and what it has itself counted is left', async () => {
  await using whole = await createTestDatabase({ timeZone })
  await using holed = await createTestDatabase({ timeZone })
  const range = { partition, from: 6, before: 12, timeZone }
  for (const { client } of [whole, holed]) {
    await insertInteractions(client, interactions, { partition: 4, first: 100 })
    await insertInteractions(client, interactions, { partition })
  }
  await insertInteractions(whole.client, interactions, { partition, first: 6 })
  const [head, tail] = [interactions.slice(0, 4), interactions.slice(4)]
  await insertInteractions(holed.client, head, { partition, first: 6, settings: WITHOUT_DAILY_COUNTS })
  await insertInteractions(holed.client, tail, { partition, first: 10 })
  expect(await runQuery(holed.client, uncountedEvents, range)).toEqual([{ events: 4 }])
  await countUncounted(holed.client, { ...range, token: 'one' })
  expect(await daily(holed)).toEqual(await daily(whole))
})

test('the offsets written are those of the table, the partition and the range', async () => {
  await using test = await createTestDatabase()
  await insertInteractions(test.client, interactions, { partition, first: 10 })
  await insertInteractions(test.client, interactions, { partition: 4, first: 13 })
  const duplicates = duplicatesBlock()
  const { id, source } = sampleInteraction()
  duplicates.append({ id, source, firstOffset: 10 }, partition, 16)
  const { table, columns, rows } = duplicates
  await insertBlock(test.client, { table, columns, rows, block: duplicates.encode(), token: 'one' })
  const written = async (table: 'events' | 'duplicates' | 'dead_letters') => {
    const found = await runQuery(test.client, writtenOffsets, { table, partition, from: 14, before: 17 })
    return found.map(({ offset }) => offset)
  }
  expect(await written('events')).toEqual([14, 15])
  expect(await written('duplicates')).toEqual([16])
  expect(await written('dead_letters')).toEqual([])
})

test('an insert is under way until it ends', async () => {
  await using test = await createTestDatabase()
  const token = `slow|${test.database}`
  const count = async () => (await runQuery(test.client, insertsUnderWay, { token }))[0]?.inserts
  const insert = test.client.command({
    query: `INSERT INTO duplicates (kafka_partition, kafka_offset, first_offset) SELECT 0, number + sleepEachRow(0.2), 0 FROM numbers(10)`,
    clickhouse_settings: { insert_deduplication_token: `${token}|of a block` },
  })
  while ((await count()) !== 1) await systemClock.sleep(10)
  await insert
  expect(await count()).toBe(0)
})

async function daily({ client }: TestDatabase): Promise<unknown[]> {
  const response = await client.query({
    query: `
      SELECT day, kind, channel, region, detail, sum(daily_counts.events) AS events, sum(daily_counts.quantity) AS quantity,
        uniqCombined64Merge(14)(daily_counts.members) AS members, maxMap(daily_counts.offsets) AS offsets
      FROM daily_counts GROUP BY ALL ORDER BY ALL`,
    format: 'JSONEachRow',
  })
  return await response.json()
}
