import { randomUUID } from 'node:crypto'

import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { inject } from 'vitest'

import { inDatabase, openClickHouse } from './client.ts'
import type { ClickHouseConnection } from './connection.ts'
import { insertBlock } from './insert.ts'
import { migrate } from './migrate.ts'
import { eventsBlock, type InteractionRow } from './native/table-blocks.ts'
import { insertWatermarks } from './queries/watermarks.ts'

/** Where the test run's server is. */
export interface ProvidedClickHouse {
  url: string
  username: string
  password: string
}

declare module 'vitest' {
  interface ProvidedContext {
    clickhouse: ProvidedClickHouse
  }
}

export interface TestDatabase extends AsyncDisposable {
  client: ClickHouseClient
  database: string
  connection: ClickHouseConnection
}

interface TestDatabaseOptions {
  timeZone?: string
  /** Without it the database is only named, and not made. */
  migrated?: boolean
}

/** A database of one test's own on the server that vitest provides; it is dropped when it is disposed of. */
export async function createTestDatabase({
  timeZone = 'America/Los_Angeles',
  migrated = true,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const connection: ClickHouseConnection = { ...inject('clickhouse'), database, application: 'caretally-test' }
  const client = openClickHouse(connection)
  if (migrated) await migrate({ client, database, timeZone })
  return {
    client,
    database,
    connection,
    async [Symbol.asyncDispose]() {
      const query = 'DROP DATABASE IF EXISTS {database:Identifier} SYNC'
      await client.command({ query, query_params: { database }, ...inDatabase('system') })
      await client.close()
    },
  }
}

/** An interaction like any other; no two have the same id. */
export function sampleInteraction(overrides: Partial<InteractionRow> = {}): InteractionRow {
  return {
    id: randomUUID(),
    source: '/portal/web',
    time_ms: Date.UTC(2016, 1, 29, 20),
    kind: 'login',
    subject: randomUUID().replaceAll('-', ''),
    channel: 'web',
    region: 'CA',
    detail: 'password',
    quantity: 1,
    ...overrides,
  }
}

interface RangeOptions {
  partition?: number
  first?: number
  token?: string
  settings?: ClickHouseSettings
}

/** Inserts interactions as one range of a partition from an offset on, as the consumer does. */
export async function insertInteractions(
  client: ClickHouseClient,
  interactions: readonly InteractionRow[],
  { partition = 0, first = 0, token, settings = {} }: RangeOptions = {},
): Promise<void> {
  const events = eventsBlock()
  for (const [index, interaction] of interactions.entries()) events.append(interaction, partition, first + index)
  const { table, columns, rows } = events
  await insertBlock(client, {
    table,
    columns,
    rows,
    block: events.encode(),
    settings,
    token: token ?? `test|${partition}|${first}|${first + interactions.length - 1}|v1`,
  })
}

/** Tells, as a consumer does, that all has been read that Kafka appended before a moment; now, without one. */
export async function markRead(client: ClickHouseClient, read_until_ms = Date.now()): Promise<void> {
  await insertWatermarks(client, { partitions: 1, watermarks: [{ partition: 0, read_until_ms }] })
}
