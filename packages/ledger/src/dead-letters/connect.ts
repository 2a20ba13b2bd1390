import {
  checkConnection,
  checkSchema,
  type ClickHouseClient,
  clickhouseEnvironment,
  connectionFrom,
  openClickHouse,
} from '@caretally/clickhouse'
import {
  checkKafka,
  createKafka,
  kafkaConnectionFrom,
  kafkaEnvironment,
  openPublisher,
  type Publisher,
} from '@caretally/kafka'
import { createLogger, type Environment, readConfig } from '@caretally/runtime'
import { z } from 'zod'

const CLIENT_ID = 'caretally-dead-letters'

const databaseEnvironment = z.object({
  ...clickhouseEnvironment,
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
})

const topicEnvironment = z.object({
  ...kafkaEnvironment,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
})

export const ENVIRONMENT_VARIABLES = [...Object.keys(databaseEnvironment.shape), ...Object.keys(topicEnvironment.shape)]

interface Database extends AsyncDisposable {
  client: ClickHouseClient
  /** The reporting time zone, which is the schema's. */
  timeZone: string
}

/**
 * A connection to the database that the environment names; it is there and has the schema of this version.
 *
 * @throws {CaretallyError} `config_invalid`, and those of {@link checkConnection} and {@link checkSchema}
 */
export async function connectDatabase(env: Environment): Promise<Database> {
  const config = readConfig(databaseEnvironment, env)
  const connection = { ...connectionFrom(config), application: CLIENT_ID }
  await checkConnection(connection)
  const client = openClickHouse(connection)
  const timeZone = config.REPORTING_TIME_ZONE
  try {
    await checkSchema({ client, timeZone })
  } catch (error) {
    await client.close()
    throw error
  }
  return { client, timeZone, [Symbol.asyncDispose]: () => client.close() }
}

/**
 * A publisher to the topic that the environment names. Its log goes to `writeLine`.
 *
 * @throws {CaretallyError} `config_invalid`, and those of {@link checkKafka} and {@link openPublisher}
 */
export async function connectTopic(
  env: Environment,
  writeLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Publisher> {
  const config = readConfig(topicEnvironment, env)
  const { KAFKA_TOPIC: topic, LOG_LEVEL: level } = config
  const client = { ...kafkaConnectionFrom(config), clientId: CLIENT_ID }
  const logger = createLogger({ name: CLIENT_ID, level, destination: { write: writeLine } })
  await checkKafka(client)
  return await openPublisher({ kafka: createKafka({ ...client, logger }), topic, logger, signal })
}
