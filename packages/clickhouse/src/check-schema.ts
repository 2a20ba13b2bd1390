import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { expectTimeZone, pendingMigrations, readAppliedSchema } from './applied-schema.ts'
import { readMigrations } from './migration-files.ts'
import { toClickHouseError } from './server-error.ts'

/** Every table that a range reaches, the target of the view too: without a window a replay counts twice there. */
const RANGE_TABLES = ['events', 'daily_counts', 'duplicates', 'dead_letters'] as const
/** As the migrations set it; the reason for its size is in 0001-events.sql. */
const DEDUPLICATION_WINDOW_MIN = 100_000

interface CheckSchemaOptions {
  /** Its database is the one that is checked. */
  client: ClickHouseClient
  timeZone: string
}

/**
 * Resolves when the client's database has the schema of this version, or a later one that this version can work with, in
 * that time zone, and will deduplicate all that a range writes. For every service at every start; it changes nothing.
 *
 * @throws {CaretallyError} `schema_outdated`, `migration_changed`, `schema_later`, `time_zone_differs`,
 *   `deduplication_off`, and those of {@link toClickHouseError}
 */
export async function checkSchema({ client, timeZone }: CheckSchemaOptions): Promise<void> {
  const applied = await readAppliedSchema(client)
  const pending = pendingMigrations(await readMigrations(), applied.migrations)
  if (pending.length > 0) {
    const names = pending.map(({ name }) => name).join(', ')
    throw new CaretallyError('schema_outdated', `the database lacks migrations: ${names}`, { hint: 'npm run migrate' })
  }
  expectTimeZone(applied.timeZone, timeZone)
  await checkDeduplicationWindows(client)
}

const tableSchema = z.object({ name: z.string(), engine_full: z.string() })

async function checkDeduplicationWindows(client: ClickHouseClient): Promise<void> {
  const windows = await readDeduplicationWindows(client)
  const without = RANGE_TABLES.filter((table) => (windows.get(table) ?? 0) < DEDUPLICATION_WINDOW_MIN)
  if (without.length > 0) {
    const setting = `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW_MIN}`
    throw new CaretallyError('deduplication_off', `replays would count twice in ${without.join(', ')}`, {
      hint: `ALTER TABLE … MODIFY SETTING ${setting}`,
    })
  }
}

async function readDeduplicationWindows(client: ClickHouseClient): Promise<Map<string, number>> {
  try {
    const response = await client.query({
      query: `SELECT name, engine_full FROM system.tables
        WHERE database = currentDatabase() AND name IN {tables:Array(String)}`,
      query_params: { tables: RANGE_TABLES },
      format: 'JSONEachRow',
    })
    const tables = z.array(tableSchema).parse(await response.json())
    return new Map(tables.map(({ name, engine_full }) => [name, windowOf(engine_full)]))
  } catch (error) {
    throw toClickHouseError(error, 'tell its tables')
  }
}

function windowOf(engine: string): number {
  const [, window = '0'] = /\bnon_replicated_deduplication_window = (\d+)/.exec(engine) ?? []
  return Number(window)
}
