import { parsePseudonymKey } from '@caretally/events'
import {
  checkKafka,
  createPublishingKafka,
  kafkaConnectionFrom,
  openPublisher,
  type PublishWatch,
} from '@caretally/kafka'
import { createLogger, metricsPlaceFrom, readConfig } from '@caretally/runtime'

import { producersEnvironment } from './options.ts'

/** After a signal, what is on its way to Kafka may still arrive, and be counted, for this long. */
const GRACE_MS = 5_000

export type Prepared = Awaited<ReturnType<typeof prepare>>

/** What every command needs: configuration that is sound, and Kafka that answers. */
export async function prepare(signal: AbortSignal) {
  const config = readConfig(producersEnvironment, process.env)
  const { KAFKA_TOPIC: topic, REPORTING_TIME_ZONE: timeZone } = config
  const pseudonymKey = parsePseudonymKey(config.MEMBER_PSEUDONYM_KEY)
  const logger = createLogger({ name: 'caretally-producers', level: config.LOG_LEVEL })
  const client = { ...kafkaConnectionFrom(config), clientId: 'caretally-producers', logger }
  await checkKafka(client)
  const openTopic = (watch?: PublishWatch) =>
    openPublisher({
      kafka: createPublishingKafka(client),
      topic,
      logger,
      signal: abortLater(signal, GRACE_MS),
      ...(watch && { watch }),
    })
  return { timeZone, pseudonymKey, openTopic, logger, metrics: metricsPlaceFrom(config) }
}

/** A signal that is aborted `delay_ms` after `signal`. */
function abortLater(signal: AbortSignal, delay_ms: number): AbortSignal {
  const controller = new AbortController()
  const abort = () => void setTimeout(() => controller.abort(signal.reason), delay_ms).unref()
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort)
  return controller.signal
}
