import { CaretallyError } from '@caretally/runtime'
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client'
import { z } from 'zod'

import type { Migration } from './migration-files.ts'
import { toClickHouseError } from './server-error.ts'

/** What a database says about the schema that it has. */
export interface AppliedSchema {
  migrations: AppliedMigration[]
  /** The reporting time zone that is written into the views; undefined before the first migration. */
  timeZone: string | undefined
}

const migrationSchema = z.object({
  number: z.int(),
  name: z.string(),
  checksum: z.string(),
  // a database that was migrated before there was this column says nothing
  needs: z.int().default(0),
})
type AppliedMigration = z.infer<typeof migrationSchema>

const parameterSchema = z.object({ value: z.string() })

/** The name under which the zone is recorded, and by which migrations refer to it. */
export const TIME_ZONE_PARAMETER = 'reporting_time_zone'

const UNKNOWN_TABLE = '60'
const UNKNOWN_DATABASE = '81'

type RequestOptions = Pick<Parameters<ClickHouseClient['query']>[0], 'http_headers'>

/** A database that does not exist, or has no schema, has nothing applied. */
export async function readAppliedSchema(
  client: ClickHouseClient,
  options: RequestOptions = {},
): Promise<AppliedSchema> {
  try {
    const migrations = await client.query({
      query: 'SELECT * FROM schema_migrations ORDER BY number',
      format: 'JSONEachRow',
      ...options,
    })
    // Migrators that begin at the same time may each record a value; the first one holds.
    const parameters = await client.query({
      query: 'SELECT value FROM schema_parameters WHERE name = {name:String} ORDER BY recorded_at, value LIMIT 1',
      query_params: { name: TIME_ZONE_PARAMETER },
      format: 'JSONEachRow',
      ...options,
    })
    const [timeZone] = z.array(parameterSchema).parse(await parameters.json())
    return { migrations: z.array(migrationSchema).parse(await migrations.json()), timeZone: timeZone?.value }
  } catch (error) {
    const isMissing = error instanceof ClickHouseError && [UNKNOWN_TABLE, UNKNOWN_DATABASE].includes(error.code)
    if (isMissing) return { migrations: [], timeZone: undefined }
    throw toClickHouseError(error, 'tell its schema')
  }
}

/**
 * The migrations that are not applied yet. Those that a later version has applied are none of our business, unless they say
 * that they need more than we are.
 *
 * @throws {CaretallyError} `migration_changed` when an applied one is not what it was, `schema_later` when a later one does
 *   not let this version work
 */
export function pendingMigrations(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  for (const { number, name, checksum, needs } of applied) {
    const migration = migrations[number - 1]
    if (migration === undefined) {
      if (needs <= migrations.length) continue
      throw new CaretallyError(
        'schema_later',
        `the database has migration ${name}, which this version cannot work with`,
        {
          hint: 'use the version of caretally that the database was migrated with, or a later one',
        },
      )
    }
    if (migration.checksum !== checksum) {
      throw new CaretallyError('migration_changed', `migration ${migration.name} was changed after it was applied`, {
        hint: 'put the file back as it was and write what is new into a migration of its own',
      })
    }
  }
  const numbers = new Set(applied.map(({ number }) => number))
  return migrations.filter(({ number }) => !numbers.has(number))
}

/** @throws {CaretallyError} `time_zone_differs` when days are cut by another zone than the one that is asked for */
export function expectTimeZone(recorded: string | undefined, timeZone: string): void {
  if (recorded === undefined || recorded === timeZone) return
  const message = `the schema counts days in ${recorded}, but REPORTING_TIME_ZONE is ${timeZone}`
  throw new CaretallyError('time_zone_differs', message, {
    hint: 'a zone cannot be changed: set the recorded one, or migrate a new database',
  })
}
