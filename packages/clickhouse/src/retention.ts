import { wholeNumber } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { inDatabase } from './client.ts'
import { toClickHouseError } from './server-error.ts'

/** How long what can be told of a single member is kept; 0 is for ever. Daily counts are kept in any case. */
export interface Retention {
  /** Of raw events, in whole calendar months after the one in which an event was written. */
  events_months: number
  /** Of what a dead letter holds, in days after it was written. */
  dead_letters_days: number
}

const MONTHS_MAX = 1_200
const DAYS_MAX = 36_500

/** The environment variables of {@link retentionFrom}. */
export const retentionEnvironment = {
  EVENTS_RETENTION_MONTHS: wholeNumber(0, MONTHS_MAX)
    .default(25)
    .describe('whole months that raw events are kept after the one in which they were written; 0 for ever'),
  DEAD_LETTERS_RETENTION_DAYS: wholeNumber(0, DAYS_MAX)
    .default(90)
    .describe('days that the bytes of dead letters are kept after they were written; 0 for ever'),
}

const environment = z.object(retentionEnvironment)

export function retentionFrom(env: z.infer<typeof environment>): Retention {
  return { events_months: env.EVENTS_RETENTION_MONTHS, dead_letters_days: env.DEAD_LETTERS_RETENTION_DAYS }
}

export const DEFAULT_RETENTION = retentionFrom(environment.parse({}))

/**
 * Lets ClickHouse delete what is older than the retention, by itself and in the background, and keeps on record since when. Safe
 * to call again; what stays the same costs nothing.
 *
 * - Events go as rows, and the ids of duplicates with them. What counts is when a row was written, not the time of the event:
 *   whatever came late is kept as long as anything else, and what goes of a partition of the topic are its first offsets. A
 *   month goes as a whole, so that parts are dropped rather than written anew.
 * - Of dead letters the bytes go, with keys and headers. That there was one, and why, stays: it is the outcome of an offset.
 */
export async function applyRetention(client: ClickHouseClient, database: string, retention: Retention): Promise<void> {
  const { events_months, dead_letters_days } = retention
  try {
    await record(client, database, retention)
    const month = `toStartOfMonth(ingested_at) + toIntervalMonth(${events_months + 1})`
    const day = `toDateTime(ingested_at) + toIntervalDay(${dead_letters_days})`
    await setTtl(client, database, { table: 'events', columns: [], ttl: events_months > 0 ? month : '' })
    await setTtl(client, database, { table: 'erased_events', columns: [], ttl: events_months > 0 ? month : '' })
    await setTtl(client, database, { table: 'duplicates', columns: ['id'], ttl: events_months > 0 ? month : '' })
    const bytes = ['key', 'value', 'headers']
    await setTtl(client, database, { table: 'dead_letters', columns: bytes, ttl: dead_letters_days > 0 ? day : '' })
  } catch (error) {
    throw toClickHouseError(error, 'set how long events are kept')
  }
}

/** Before the TTL is changed: rather too early than too late, since reconcile believes that what is on record may be gone. */
async function record(client: ClickHouseClient, database: string, retention: Retention): Promise<void> {
  await client.command({
    query: `
      INSERT INTO retentions (events_months, dead_letters_days)
      SELECT {events_months:UInt16} AS months, {dead_letters_days:UInt16} AS days
      WHERE (months, days) NOT IN
        (SELECT events_months, dead_letters_days FROM retentions ORDER BY since DESC LIMIT 1)`,
    query_params: { ...retention },
    clickhouse_settings: { async_insert: 0 },
    ...inDatabase(database),
  })
}

interface Ttl {
  table: string
  /** The whole row where there are none. */
  columns: readonly string[]
  /** The expression, of ours; none where it is empty. */
  ttl: string
}

async function setTtl(client: ClickHouseClient, database: string, { table, columns, ttl }: Ttl): Promise<void> {
  if (ttl !== '') {
    // ClickHouse does nothing when the expression is the one that is there
    const changes =
      columns.length === 0 ? [`MODIFY TTL ${ttl}`] : columns.map((name) => `MODIFY COLUMN ${name} TTL ${ttl}`)
    await alter(client, database, table, changes)
  } else if (columns.length === 0) {
    if (await rowsExpire(client, database, table)) await alter(client, database, table, ['REMOVE TTL'])
  } else {
    const expiring = await expiringColumns(client, database, table)
    const changes = columns.filter((name) => expiring.has(name)).map((name) => `MODIFY COLUMN ${name} REMOVE TTL`)
    if (changes.length > 0) await alter(client, database, table, changes)
  }
}

async function alter(client: ClickHouseClient, database: string, table: string, changes: string[]): Promise<void> {
  await client.command({ query: `ALTER TABLE ${table} ${changes.join(', ')}`, ...inDatabase(database) })
}

const tableSchema = z.tuple([z.object({ engine_full: z.string() })])
const columnsSchema = z.array(z.object({ name: z.string(), ttl_expression: z.string() }))

async function rowsExpire(client: ClickHouseClient, database: string, table: string): Promise<boolean> {
  const response = await client.query({
    query: 'SELECT engine_full FROM system.tables WHERE database = {database:String} AND name = {table:String}',
    query_params: { database, table },
    format: 'JSONEachRow',
  })
  const [{ engine_full }] = tableSchema.parse(await response.json())
  return / TTL /.test(engine_full)
}

async function expiringColumns(client: ClickHouseClient, database: string, table: string): Promise<Set<string>> {
  const query = `DESCRIBE TABLE ${table}`
  const response = await client.query({ query, format: 'JSONEachRow', ...inDatabase(database) })
  const columns = columnsSchema.parse(await response.json())
  return new Set(columns.filter(({ ttl_expression }) => ttl_expression !== '').map(({ name }) => name))
}
