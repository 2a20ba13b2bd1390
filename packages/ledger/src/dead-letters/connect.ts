import { databaseEnvironment } from '@caretally/clickhouse'
import {
  checkKafka,
  createPublishingKafka,
  kafkaConnectionFrom,
  kafkaEnvironment,
  openPublisher,
  type Publisher,
} from '@caretally/kafka'
import { createLogger, logEnvironment } from '@caretally/runtime'
import { z } from 'zod'

export const CLIENT_ID = 'caretally-dead-letters'

/** The environment variables of `dead-letters`; all but those of the database are for `replay` alone. */
export const deadLettersEnvironment = z.object({
  ...databaseEnvironment,
  ...kafkaEnvironment,
  LOG_LEVEL: logEnvironment.LOG_LEVEL.default('warn').describe(logEnvironment.LOG_LEVEL.description ?? ''),
})

/**
 * A publisher to the topic that the environment names. Its log goes to `writeLine`.
 *
 * @throws {CaretallyError} those of {@link checkKafka} and {@link openPublisher}
 */
export async function connectTopic(
  config: z.infer<typeof deadLettersEnvironment>,
  writeLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Publisher> {
  const { KAFKA_TOPIC: topic, LOG_LEVEL: level } = config
  const client = { ...kafkaConnectionFrom(config), clientId: CLIENT_ID }
  const logger = createLogger({ name: CLIENT_ID, level, destination: { write: writeLine } })
  await checkKafka(client)
  return await openPublisher({ kafka: createPublishingKafka({ ...client, logger }), topic, logger, signal })
}
