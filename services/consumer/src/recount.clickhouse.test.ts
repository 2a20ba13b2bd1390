import {
  type ClickHouseSettings,
  eventsBlock,
  insertBlock,
  insertsUnderWay,
  runQuery,
  WITHOUT_DAILY_COUNTS,
} from '@caretally/clickhouse'
import { createTestDatabase, sampleInteraction, type TestDatabase } from '@caretally/clickhouse/testing'
import { CaretallyError, createLogger, retry, systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { type Range, tokenOf } from './range.ts'
import type { FilledBlock } from './range-rows.ts'
import { recount } from './recount.ts'

const timeZone = 'America/Los_Angeles'
const logger = createLogger({ name: 'test', level: 'silent' })
/** Of four months. */
const interactions = [0, 1, 1, 2, 3].map((month) => sampleInteraction({ time_ms: Date.UTC(2016, month, 15) }))

test('rows of which the server has only the token are written under the next one, and their days once', async () => {
  await using test = await createTestDatabase({ timeZone })
  const range = rangeOf(test)
  await insert(test, blockAt([0, 1, 2, 3, 4]), tokenOf(range), {})
  // a lightweight delete takes rows away and leaves the token, as a kill between the two does
  await remove(test, 'kafka_offset IN (1, 2, 4)')
  const written: [token: string, offsets: number[]][] = []
  await recountIn(test, range, async (block, token) => {
    written.push([token, block.offsets()])
    if (written.length > 1) await insert(test, block, token, WITHOUT_DAILY_COUNTS)
  })
  expect(written).toEqual([
    [`${tokenOf(range)}|again|1`, [1, 2, 4]],
    [`${tokenOf(range)}|again|2`, [1, 2, 4]],
  ])
  expect(await totals(test)).toEqual({ raw: '5', days: '5' })
})

test('rows that do not stay however often they are written stop the consumer', async () => {
  await using test = await createTestDatabase({ timeZone })
  const range = rangeOf(test)
  let times = 0
  await expect(recountIn(test, range, async () => void (times += 1))).rejects.toMatchObject({
    code: 'rows_not_kept',
    message: 'ClickHouse does not keep 5 rows of events, offsets 0 to 4 of partition 7',
  })
  expect(times).toBe(10)
})

test('rows are missed only once no insert of the range is under way', async () => {
  await using test = await createTestDatabase({ timeZone })
  const range = rangeOf(test)
  const token = tokenOf(range)
  const slow = test.client.command({
    query: `INSERT INTO events (time, kafka_partition, kafka_offset)
      SELECT toDateTime64('2016-01-15 12:00:00', 3), 7, number + sleepEachRow(0.2) FROM numbers(5)`,
    clickhouse_settings: { insert_deduplication_token: token },
  })
  const isUnderWay = async () => (await runQuery(test.client, insertsUnderWay, { token }))[0]?.inserts === 1
  while (!(await isUnderWay())) await systemClock.sleep(10)
  const times = { looked: 0, written: 0 }
  await recountIn(test, range, async () => void (times.written += 1), times)
  await slow
  expect(times.written).toBe(0)
  expect(times.looked).toBeGreaterThan(2)
  expect(await totals(test)).toEqual({ raw: '5', days: '5' })
})

function rangeOf({ database }: TestDatabase): Range {
  return { topic: database, partition: 7, first: 0, last: 4 }
}

function blockAt(offsets: readonly number[]): FilledBlock {
  const block = eventsBlock()
  for (const offset of offsets) block.append(interactions[offset]!, 7, offset)
  return block
}

function recountIn(
  { client }: TestDatabase,
  range: Range,
  write: (block: FilledBlock, token: string) => Promise<void>,
  times = { looked: 0 },
): Promise<void> {
  return recount({
    clickhouse: client,
    timeZone,
    logger,
    range,
    inserted: [{ block: blockAt([0, 1, 2, 3, 4]), token: tokenOf(range) }],
    eventsAt: blockAt,
    insert: write,
    insist: (_, attempt) => {
      const counted = () => {
        times.looked += 1
        return attempt()
      }
      const pace = { first_ms: 10, max_ms: 50 }
      const shouldRetry = (error: unknown) => error instanceof CaretallyError && error.retriable
      return retry(counted, { clock: systemClock, pace, shouldRetry })
    },
  })
}

async function insert(
  { client }: TestDatabase,
  block: FilledBlock,
  token: string,
  settings: ClickHouseSettings,
): Promise<void> {
  const { table, columns, rows } = block
  await insertBlock(client, { table, columns, rows, block: block.encode(), token, settings })
}

async function remove({ client }: TestDatabase, rows: string): Promise<void> {
  await client.command({
    query: `DELETE FROM events WHERE ${rows}`,
    clickhouse_settings: { lightweight_deletes_sync: '2', mutations_sync: '2' },
  })
}

async function totals({ client }: TestDatabase): Promise<unknown> {
  const query = 'SELECT (SELECT count() FROM events) AS raw, (SELECT sum(events) FROM daily_counts) AS days'
  const [row] = await (await client.query({ query, format: 'JSONEachRow' })).json()
  return row
}
