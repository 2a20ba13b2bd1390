import {
  checkConnection,
  checkInsertSettings,
  checkSchema,
  type ClickHouseClient,
  clickhouseEnvironment,
  connectionFrom,
  openClickHouse,
} from '@caretally/clickhouse'
import {
  checkKafka,
  checkTopic,
  createKafka,
  groupEnvironment,
  kafkaConnectionFrom,
  kafkaEnvironment,
} from '@caretally/kafka'
import { createLogger, type Environment, readConfig, reportingEnvironment } from '@caretally/runtime'
import type { Admin, Kafka } from 'kafkajs'
import { z } from 'zod'

const CLIENT_ID = 'caretally-reconcile'

/** A scan of everything by one query; 20,000,000 rows take a second. */
const REQUEST_MS_MAX = 30 * 60 * 1_000

/** The environment variables of `reconcile`. */
export const reconcileEnvironment = z.object({
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...groupEnvironment,
  ...reportingEnvironment,
})

interface Connections extends AsyncDisposable {
  kafka: Kafka
  kafkaAdmin: Admin
  clickhouse: ClickHouseClient
  topic: string
  group: string
  timeZone: string
}

/**
 * Both sides of the ledger, as the environment names them, and as they have to be.
 *
 * @throws {CaretallyError} `config_invalid`, and those of {@link checkKafka}, {@link checkTopic}, {@link checkConnection},
 *   {@link checkSchema} and {@link checkInsertSettings}
 */
export async function connect(env: Environment, memory_bytes_max: number): Promise<Connections> {
  const config = readConfig(reconcileEnvironment, env)
  const { KAFKA_TOPIC: topic, KAFKA_GROUP: group, REPORTING_TIME_ZONE: timeZone } = config
  const client = { ...kafkaConnectionFrom(config), clientId: CLIENT_ID }
  const connection = { ...connectionFrom(config), application: CLIENT_ID }
  await Promise.all([checkKafka(client), checkConnection(connection)])

  const logger = createLogger({ name: CLIENT_ID, level: 'silent' }) // what matters is thrown
  const kafka = createKafka({ ...client, logger })
  const kafkaAdmin = kafka.admin()
  const clickhouse = openClickHouse(connection, { request_timeout_ms: REQUEST_MS_MAX, memory_bytes_max })
  const close = async () => {
    await Promise.all([kafkaAdmin.disconnect(), clickhouse.close()])
  }
  try {
    await checkSchema({ client: clickhouse, timeZone })
    await checkInsertSettings(clickhouse)
    await kafkaAdmin.connect()
    await checkTopic(kafkaAdmin, topic)
  } catch (error) {
    await close()
    throw error
  }
  return { kafka, kafkaAdmin, clickhouse, topic, group, timeZone, [Symbol.asyncDispose]: close }
}
