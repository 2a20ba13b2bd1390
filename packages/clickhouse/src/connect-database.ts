import { anyNumber, type Environment, readConfig, reportingEnvironment } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { checkConnection } from './check-connection.ts'
import { checkSchema } from './check-schema.ts'
import { openClickHouse } from './client.ts'
import { clickhouseEnvironment, connectionFrom } from './connection.ts'

export interface Database extends AsyncDisposable {
  client: ClickHouseClient
  /** The reporting time zone, in which the database counts its days. */
  timeZone: string
  /** How long after the end of a day its last events may still arrive. */
  grace_ms: number
}

const HOUR_MS = 3_600_000
/** A year. */
const GRACE_HOURS_MAX = 8_784

/** The environment variables of {@link connectDatabase}. */
export const databaseEnvironment = {
  ...clickhouseEnvironment,
  ...reportingEnvironment,
  REPORTING_GRACE_HOURS: anyNumber(0, GRACE_HOURS_MAX)
    .default(48)
    .describe('how many hours after the end of a day its last events may still arrive'),
}

const schema = z.object(databaseEnvironment)

/** How long after the end of a day its last events may still arrive, in milliseconds. */
export function graceFrom({ REPORTING_GRACE_HOURS }: Pick<z.infer<typeof schema>, 'REPORTING_GRACE_HOURS'>): number {
  return REPORTING_GRACE_HOURS * HOUR_MS
}

/**
 * A connection to the database that the environment names; it is there and has the schema of this version.
 *
 * @param application the program's name in the server's query log
 * @throws {CaretallyError} `config_invalid`, and those of {@link checkConnection} and {@link checkSchema}
 */
export async function connectDatabase(env: Environment, application: string): Promise<Database> {
  const config = readConfig(schema, env)
  const connection = { ...connectionFrom(config), application }
  await checkConnection(connection)
  const client = openClickHouse(connection)
  const timeZone = config.REPORTING_TIME_ZONE
  try {
    await checkSchema({ client, timeZone })
  } catch (error) {
    await client.close()
    throw error
  }
  return { client, timeZone, grace_ms: graceFrom(config), [Symbol.asyncDispose]: () => client.close() }
}
