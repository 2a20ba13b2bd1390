import { expect, test } from 'vitest'
import { z } from 'zod'

import { insertBlock } from '../insert.ts'
import { deadLettersBlock, duplicatesBlock } from '../native/table-blocks.ts'
import { createTestDatabase, insertInteractions, sampleInteraction, type TestDatabase } from '../testing.ts'
import { annualCounts, annualMembers, annualSums } from './annual-sums.ts'
import { dailyEvents } from './daily-events.ts'
import { ledgerCounts, writtenUpTo } from './ledger.ts'
import { distinctMembers } from './members.ts'
import { countedSpan, deadLettersByReason, lastWritten, outcomeCounts } from './pipeline.ts'
import { defineQuery, runQuery } from './query.ts'
import { countsFromDaily, countsFromEvents } from './raw-and-daily.ts'
import { exactInteger } from './values.ts'

const timeZone = 'America/Los_Angeles'
const [alice, bob] = ['aa'.repeat(16), 'bb'.repeat(16)]

/** In Los Angeles the year 2015 ends at 08:00 UTC. */
const interactions = [
  { time_ms: Date.UTC(2016, 0, 1, 7, 59, 59, 999), subject: alice },
  { time_ms: Date.UTC(2016, 0, 1, 8), subject: alice },
  { time_ms: Date.UTC(2016, 0, 1, 9), subject: bob, channel: 'mobile', detail: 'sso' },
  { time_ms: Date.UTC(2016, 0, 1, 9), subject: bob, kind: 'refill', detail: '', quantity: 5, region: 'OR' },
  { time_ms: Date.UTC(2016, 1, 29, 20), subject: alice, kind: 'refill', detail: '', quantity: 2 },
].map(sampleInteraction)

test('daily events, and the members of a day, are split by what is asked for, and by nothing else', async () => {
  await using test = await createTestDatabase({ timeZone })
  await insertInteractions(test.client, interactions)
  const days = { from: '2015-12-31', to: '2016-01-01' }
  expect(await runQuery(test.client, dailyEvents, { ...days, by: [] })).toEqual([
    { day: '2015-12-31', events: 1, quantity: 1 },
    { day: '2016-01-01', events: 3, quantity: 7 },
  ])
  expect(await runQuery(test.client, dailyEvents, { ...days, from: days.to, by: ['region', 'kind'] })).toEqual([
    { day: '2016-01-01', kind: 'login', region: 'CA', events: 2, quantity: 2 },
    { day: '2016-01-01', kind: 'refill', region: 'OR', events: 1, quantity: 5 },
  ])
  const byDay = { ...days, by: 'day' } as const
  expect(await runQuery(test.client, distinctMembers, { ...byDay, byRegion: false })).toEqual([
    { period: '2015-12-31', members: 1 },
    { period: '2016-01-01', members: 2 },
  ])
  expect(await runQuery(test.client, distinctMembers, { ...byDay, from: days.to, byRegion: true })).toEqual([
    { period: '2016-01-01', region: 'CA', members: 2 },
    { period: '2016-01-01', region: 'OR', members: 1 },
  ])
})

test('daily events are of the chosen kinds, channels and regions, or of all', async () => {
  await using test = await createTestDatabase({ timeZone })
  await insertInteractions(test.client, interactions)
  const days = { from: '2015-12-31', to: '2016-12-31' }
  expect(await runQuery(test.client, dailyEvents, { ...days, by: ['kind'] })).toEqual([
    { day: '2015-12-31', kind: 'login', events: 1, quantity: 1 },
    { day: '2016-01-01', kind: 'login', events: 2, quantity: 2 },
    { day: '2016-01-01', kind: 'refill', events: 1, quantity: 5 },
    { day: '2016-02-29', kind: 'refill', events: 1, quantity: 2 },
  ])
  const chosen = { kinds: ['refill', 'message'], channels: ['web'], regions: ['CA', 'OR'] }
  expect(await runQuery(test.client, dailyEvents, { ...days, by: ['region'], ...chosen })).toEqual([
    { day: '2016-01-01', region: 'OR', events: 1, quantity: 5 },
    { day: '2016-02-29', region: 'CA', events: 1, quantity: 2 },
  ])
  const hostile = { kinds: ["refill') OR ('' = '"] }
  expect(await runQuery(test.client, dailyEvents, { ...days, by: [], ...hostile })).toEqual([])
})

test('a year is one of the reporting time zone', async () => {
  await using test = await createTestDatabase({ timeZone })
  await insertInteractions(test.client, interactions)
  const years = { from: 2015, to: 2016 }
  const sums = await runQuery(test.client, annualSums, years)
  expect(sums).toEqual([
    { year: 2015, kind: 'login', channel: 'web', detail: 'password', events: 1, quantity: 1 },
    { year: 2016, kind: 'login', channel: 'mobile', detail: 'sso', events: 1, quantity: 1 },
    { year: 2016, kind: 'login', channel: 'web', detail: 'password', events: 1, quantity: 1 },
    { year: 2016, kind: 'refill', channel: 'web', detail: '', events: 2, quantity: 7 },
  ])
  expect(await runQuery(test.client, annualCounts, years)).toEqual([
    { what: 'day', day: '2015-12-31' },
    { what: 'day', day: '2016-01-01' },
    { what: 'day', day: '2016-02-29' },
    ...sums.map((sum) => ({ what: 'sum', ...sum })),
  ])
})

test('a member who comes on several days is one member of the year', async () => {
  await using test = await createTestDatabase({ timeZone })
  await insertInteractions(test.client, interactions)
  expect(await runQuery(test.client, annualMembers, { from: 2016, to: 2016 })).toEqual([{ year: 2016, members: 2 }])
})

test('raw events and daily counts agree, and differ when one of them is wrong', async () => {
  await using test = await createTestDatabase({ timeZone })
  await insertInteractions(test.client, interactions)
  const days = { from: '2015-12-31', to: '2016-12-31' }
  const raw = await runQuery(test.client, countsFromEvents, { ...days, timeZone })
  expect(raw.map(({ day, events }) => [day, events])).toEqual([
    ['2015-12-31', 1],
    ['2016-01-01', 1],
    ['2016-01-01', 1],
    ['2016-01-01', 1],
    ['2016-02-29', 1],
  ])
  expect(await runQuery(test.client, countsFromDaily, days)).toEqual(raw)
  await test.client.command({ query: "ALTER TABLE events DROP PARTITION '201602'" })
  expect(await runQuery(test.client, countsFromEvents, { ...days, timeZone })).not.toEqual(raw)
})

test('the ledger has every offset of every partition with its outcome', async () => {
  await using test = await createTestDatabase()
  const nextOf = (partition: number) => runQuery(test.client, writtenUpTo, { partition })
  expect(await nextOf(3)).toEqual([])
  await insertInteractions(test.client, interactions, { partition: 3, first: 10 })
  await insertInteractions(test.client, interactions.slice(0, 1), { partition: 3, first: 10, token: 'again' })
  await insertOthers(test)
  expect(await runQuery(test.client, ledgerCounts, {})).toEqual([
    { table: 'duplicates', partition: 3, rows: 1, offsets: 1, first_offset: 15, last_offset: 15 },
    { table: 'events', partition: 3, rows: 6, offsets: 5, first_offset: 10, last_offset: 14 },
    { table: 'dead_letters', partition: 4, rows: 1, offsets: 1, first_offset: 0, last_offset: 0 },
  ])
  expect(await nextOf(3)).toEqual([{ next_offset: 16 }])
  expect(await nextOf(4)).toEqual([{ next_offset: 1 }])
  expect(await nextOf(5)).toEqual([])
})

test('the counted days, the outcomes, and when offsets were written are told without reading events', async () => {
  await using test = await createTestDatabase({ timeZone })
  const written = (offset: number) =>
    runQuery(test.client, lastWritten, { partitions: [3, 4], offsets: [offset, offset] })
  expect(await runQuery(test.client, countedSpan, {})).toEqual([])
  expect(await runQuery(test.client, deadLettersByReason, {})).toEqual([])
  await insertInteractions(test.client, interactions, { partition: 3, first: 10 })
  await insertOthers(test)
  expect(await runQuery(test.client, countedSpan, {})).toEqual([
    { first_day: '2015-12-31', last_day: '2016-02-29', events: 5 },
  ])
  expect(await runQuery(test.client, outcomeCounts, {})).toEqual([{ accepted: 5, duplicates: 1, dead_letters: 1 }])
  expect(await runQuery(test.client, deadLettersByReason, {})).toEqual([
    { reason: 'not_json', open: 1, replayed: 0, discarded: 0, last_appended_at: '1970-01-01T00:00:00.000Z' },
  ])
  const moment = [{ written_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }]
  expect(await written(14)).toEqual(moment)
  expect(await written(15)).toEqual(moment)
  expect(await written(0)).toEqual(moment)
  expect(await written(16)).toEqual([])
})

test('a number that JavaScript would round is refused', async () => {
  await using test = await createTestDatabase({ migrated: false })
  const large = (value: bigint) =>
    defineQuery({
      name: 'a large number',
      parameters: z.object({}),
      row: z.object({ value: exactInteger }),
      sql: () => `SELECT toInt64(${value}) AS value FROM system.one`,
    })
  await test.client.command({
    query: 'CREATE DATABASE {database:Identifier}',
    query_params: { database: test.database },
    http_headers: { 'X-ClickHouse-Database': 'system' },
  })
  const exact = BigInt(Number.MAX_SAFE_INTEGER)
  expect(await runQuery(test.client, large(exact), {})).toEqual([{ value: Number.MAX_SAFE_INTEGER }])
  await expect(runQuery(test.client, large(exact + 1n), {})).rejects.toMatchObject({
    code: 'query_rows_unexpected',
    message: 'ClickHouse told a large number with unexpected value',
  })
})

test('parameters are bound and checked, never put into the text', async () => {
  await using test = await createTestDatabase()
  const injected = { from: "2016-01-01' OR 1 = 1 --", to: '2016-01-01', by: [] }
  await expect(runQuery(test.client, dailyEvents, injected)).rejects.toMatchObject({ code: 'query_parameters_invalid' })
  const zone = { from: '2016-01-01', to: '2016-01-01', timeZone: "UTC') --" }
  await expect(runQuery(test.client, countsFromEvents, zone)).rejects.toMatchObject({ code: 'clickhouse_refused' })
})

async function insertOthers({ client }: TestDatabase): Promise<void> {
  const duplicates = duplicatesBlock()
  const { id, source } = sampleInteraction()
  duplicates.append({ id, source, firstOffset: 10 }, 3, 15)
  const deadLetters = deadLettersBlock()
  const record = { key: null, value: null, headers: [], appended_ms: 0, reason: 'not_json', detail: '' }
  deadLetters.append(record, 4, 0)
  for (const block of [duplicates, deadLetters]) {
    const { table, columns, rows } = block
    await insertBlock(client, { table, columns, rows, block: block.encode(), token: 'one' })
  }
}
