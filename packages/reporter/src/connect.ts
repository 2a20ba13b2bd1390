import {
  checkConnection,
  checkSchema,
  type ClickHouseClient,
  clickhouseEnvironment,
  connectionFrom,
  openClickHouse,
} from '@caretally/clickhouse'
import { type Environment, readConfig } from '@caretally/runtime'
import { z } from 'zod'

interface Connection extends AsyncDisposable {
  client: ClickHouseClient
  /** The one in which the database counts its days. */
  timeZone: string
}

const configSchema = z.object({
  ...clickhouseEnvironment,
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
})

/**
 * A connection to the database that the environment names; it is there and its schema is the one that reports read.
 *
 * @throws {CaretallyError} `config_invalid`, and those of {@link checkConnection} and {@link checkSchema}
 */
export async function connect(env: Environment): Promise<Connection> {
  const config = readConfig(configSchema, env)
  const connection = { ...connectionFrom(config), application: 'caretally-report' }
  await checkConnection(connection)
  const client = openClickHouse(connection)
  try {
    await checkSchema({ client, timeZone: config.REPORTING_TIME_ZONE })
  } catch (error) {
    await client.close()
    throw error
  }
  return { client, timeZone: config.REPORTING_TIME_ZONE, [Symbol.asyncDispose]: () => client.close() }
}
