import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { expectTimeZone, pendingMigrations, readAppliedSchema, TIME_ZONE_PARAMETER } from './applied-schema.ts'
import { inDatabase } from './client.ts'
import { fillParameters, type Migration, readMigrations } from './migration-files.ts'
import { applyRetention, DEFAULT_RETENTION, type Retention } from './retention.ts'
import { toClickHouseError } from './server-error.ts'
import { splitStatements } from './split-statements.ts'

interface MigrateOptions {
  /** Any client of the server; its own database may be another one, or not exist yet. */
  client: ClickHouseClient
  /** Created if it is not there. */
  database: string
  /** The reporting time zone, an IANA name; fixed by the first migration. */
  timeZone: string
  /** How long raw data are kept; {@link DEFAULT_RETENTION} without it. */
  retention?: Retention
  /** Told after each migration that was not applied before. */
  onApplied?: (migration: Migration) => void
  /** Where the files are; those of this package unless a test says otherwise. */
  directory?: string
}

const BOOTSTRAP = [
  `CREATE TABLE IF NOT EXISTS schema_migrations
  (
    number UInt32 COMMENT 'Of the file',
    name String COMMENT 'Of the file, without .sql',
    checksum String COMMENT 'SHA-256 of the file as it was applied, so that a later change is noticed',
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
  )
  ENGINE = MergeTree ORDER BY number COMMENT 'Migrations that were applied'`,
  `ALTER TABLE schema_migrations
    ADD COLUMN IF NOT EXISTS needs UInt32 DEFAULT 0
      COMMENT 'Programs that do not know the migration of this number cannot work any more' AFTER checksum`,
  `CREATE TABLE IF NOT EXISTS schema_parameters
  (
    name LowCardinality(String) COMMENT 'As the migrations use it',
    value String COMMENT 'What was written into the views; cannot be changed',
    recorded_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') COMMENT 'The first value recorded is the one that holds'
  )
  ENGINE = MergeTree ORDER BY (name, recorded_at) COMMENT 'Values that are written into the schema'`,
]

/**
 * Brings a database to the schema of this version: each migration once, in order, and recorded after its last statement. Then
 * sets how long raw data are kept.
 *
 * All statements may be repeated. So a crash between a statement and the record is mended by running again, and two
 * migrators at the same time both succeed.
 *
 * @throws {CaretallyError} `time_zone_unknown`, `time_zone_differs`, `migration_changed`, `schema_later`, those of
 *   {@link readMigrations}, and of {@link toClickHouseError} naming the migration
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { client, database, timeZone, retention = DEFAULT_RETENTION, onApplied, directory } = options
  const migrations = await readMigrations(directory)
  await expectKnownTimeZone(client, timeZone)
  const create = `CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic`
  await execute(client, 'system', 'create the database', create, { database })
  for (const statement of BOOTSTRAP) await execute(client, database, 'create the tables of migrations', statement)

  await fixTimeZone(client, database, timeZone)
  const { migrations: applied } = await readAppliedSchema(client, inDatabase(database))
  for (const migration of pendingMigrations(migrations, applied)) {
    await applyMigration(client, database, migration, timeZone)
    onApplied?.(migration)
  }
  if (directory === undefined) await applyRetention(client, database, retention)
}

async function applyMigration(
  client: ClickHouseClient,
  database: string,
  migration: Migration,
  timeZone: string,
): Promise<void> {
  const { number, name, checksum, needs } = migration
  const sql = fillParameters(migration, { [TIME_ZONE_PARAMETER]: timeZone })
  for (const statement of splitStatements(sql)) {
    await execute(client, database, `apply migration ${name}`, statement)
  }
  const record =
    'INSERT INTO schema_migrations (number, name, checksum, needs) VALUES ({number:UInt32}, {name:String}, {checksum:String}, {needs:UInt32})'
  await execute(client, database, `record migration ${name}`, record, { number, name, checksum, needs })
}

/** Records the zone unless one is recorded, and fails unless it is the one that holds then. */
async function fixTimeZone(client: ClickHouseClient, database: string, timeZone: string): Promise<void> {
  const recorded = await readTimeZone(client, database)
  if (recorded === undefined) {
    const record = 'INSERT INTO schema_parameters (name, value) VALUES ({name:String}, {value:String})'
    const parameters = { name: TIME_ZONE_PARAMETER, value: timeZone }
    await execute(client, database, 'record the time zone', record, parameters)
  }
  expectTimeZone(recorded ?? (await readTimeZone(client, database)), timeZone)
}

async function readTimeZone(client: ClickHouseClient, database: string): Promise<string | undefined> {
  const { timeZone } = await readAppliedSchema(client, inDatabase(database))
  return timeZone
}

const countSchema = z.tuple([z.object({ zones: z.coerce.number() })])

async function expectKnownTimeZone(client: ClickHouseClient, timeZone: string): Promise<void> {
  let zones: number
  try {
    const response = await client.query({
      query: 'SELECT count() AS zones FROM system.time_zones WHERE time_zone = {timeZone:String}',
      query_params: { timeZone },
      format: 'JSONEachRow',
      ...inDatabase('system'),
    })
    zones = countSchema.parse(await response.json())[0].zones
  } catch (error) {
    throw toClickHouseError(error, 'tell its time zones')
  }
  if (zones === 0) {
    throw new CaretallyError(
      'time_zone_unknown',
      `ClickHouse does not know the time zone ${JSON.stringify(timeZone)}`,
      {
        hint: 'set REPORTING_TIME_ZONE to an IANA name such as America/Los_Angeles',
      },
    )
  }
}

async function execute(
  client: ClickHouseClient,
  database: string,
  operation: string,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<void> {
  try {
    await client.command({ query, query_params, clickhouse_settings: { async_insert: 0 }, ...inDatabase(database) })
  } catch (error) {
    throw toClickHouseError(error, operation)
  }
}
