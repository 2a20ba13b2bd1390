import { databaseEnvironment } from '@caretally/clickhouse'
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

export const CLIENT_ID = 'caretally-dead-letters'

const topicEnvironment = z.object({
  ...kafkaEnvironment,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
})

export const ENVIRONMENT_VARIABLES = [...Object.keys(databaseEnvironment), ...Object.keys(topicEnvironment.shape)]

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
