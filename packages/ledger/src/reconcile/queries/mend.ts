import {
  defineQuery,
  exactInteger,
  INSERT_SETTINGS,
  insertRows,
  toClickHouseError,
  type ClickHouseClient,
} from '@caretally/clickhouse'
import { z } from 'zod'

/** Which of these offsets of a partition have a row in `duplicates` already. */
export const knownDuplicates = defineQuery({
  name: 'known duplicates',
  parameters: z.object({ partition: z.int(), offsets: z.array(z.int()) }),
  row: z.object({ offset: exactInteger }),
  sql: () => `
    SELECT DISTINCT kafka_offset AS offset FROM duplicates
    WHERE kafka_partition = {partition:UInt16} AND kafka_offset IN {offsets:Array(UInt64)}`,
})

/**
 * Takes events out of `events`; when it resolves, no query sees them any more. It may be repeated, and rows that are
 * inserted meanwhile are not touched. The daily counts keep what they have: a view follows inserts only.
 */
export async function removeEvents(client: ClickHouseClient, partition: number, offsets: number[]): Promise<void> {
  try {
    await client.command({
      query: `DELETE FROM events WHERE kafka_partition = {partition:UInt16} AND kafka_offset IN {offsets:Array(UInt64)}`,
      query_params: { partition, offsets },
      clickhouse_settings: { lightweight_deletes_sync: '2', mutations_sync: '2' },
    })
  } catch (error) {
    throw toClickHouseError(error, 'remove events that are accepted twice')
  }
}

/** A row that corrects the daily counts: what is added to them, negative to take away. */
export interface Compensation {
  day: string
  kind: string
  channel: string
  region: string
  detail: string
  events: number
  quantity: number
}

/** Adds the compensations to the daily counts, once however often they come under the same token. */
export async function insertCompensations(
  client: ClickHouseClient,
  compensations: readonly Compensation[],
  token: string,
): Promise<void> {
  await insertRows(client, {
    table: 'daily_counts',
    columns: ['day', 'kind', 'channel', 'region', 'detail', 'events', 'quantity'],
    rows: compensations,
    settings: { ...INSERT_SETTINGS, insert_deduplication_token: token },
    operation: 'compensate daily counts',
  })
}

/**
 * Adds the members of a day's raw events to its counts. A state is a set and merging is a union, so those that are there
 * already change nothing, and neither does a repetition.
 */
export async function addMembers(client: ClickHouseClient, day: string, timeZone: string): Promise<void> {
  try {
    await client.command({
      query: `
        INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity, members)
        SELECT toDate(time, {timeZone:String}) AS local_day, kind, channel, region, detail, 0, 0,
          uniqCombined64State(14)(subject)
        FROM events
        WHERE local_day = {day:Date}
          AND time >= toDateTime64({day:Date}, 3, 'UTC') - INTERVAL 1 DAY
          AND time < toDateTime64({day:Date}, 3, 'UTC') + INTERVAL 2 DAY
        GROUP BY local_day, kind, channel, region, detail`,
      query_params: { day, timeZone },
      clickhouse_settings: INSERT_SETTINGS,
    })
  } catch (error) {
    throw toClickHouseError(error, 'add the members of a day')
  }
}
