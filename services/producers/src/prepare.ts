import { parsePseudonymKey, type PseudonymKey } from '@caretally/events'
import {
  checkKafka,
  createKafka,
  kafkaConnectionFrom,
  kafkaEnvironment,
  openPublisher,
  type Publisher,
} from '@caretally/kafka'
import { CaretallyError, createLogger, readConfig } from '@caretally/runtime'
import { z } from 'zod'

import { assertTimeZone } from './calendar.ts'

const EnvironmentSchema = z.object({
  ...kafkaEnvironment,
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
  MEMBER_PSEUDONYM_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** After a signal, what is on its way to Kafka may still arrive, and be counted, for this long. */
const GRACE_MS = 5_000

export type Prepared = Awaited<ReturnType<typeof prepare>>

/** What every command needs: configuration that is sound, and Kafka that answers. */
export async function prepare(signal: AbortSignal) {
  const config = readConfig(EnvironmentSchema, process.env)
  const { KAFKA_TOPIC: topic, REPORTING_TIME_ZONE: timeZone } = config
  assertTimeZone(timeZone)
  const pseudonymKey = readPseudonymKey(config.MEMBER_PSEUDONYM_KEY)
  const logger = createLogger({ name: 'producers', level: config.LOG_LEVEL })
  const client = { ...kafkaConnectionFrom(config), clientId: 'caretally-producers', logger }
  await checkKafka(client)
  const openTopic = (): Promise<Publisher> =>
    openPublisher({ kafka: createKafka(client), topic, logger, signal: abortLater(signal, GRACE_MS) })
  return { timeZone, pseudonymKey, openTopic }
}

function readPseudonymKey(text: string | undefined): PseudonymKey {
  const hint = 'make one with `openssl rand -hex 32`, keep it secret, and set MEMBER_PSEUDONYM_KEY to it'
  if (text === undefined) {
    throw new CaretallyError('config_invalid', 'MEMBER_PSEUDONYM_KEY is not set', { hint })
  }
  try {
    return parsePseudonymKey(text)
  } catch (cause) {
    throw new CaretallyError(
      'config_invalid',
      'MEMBER_PSEUDONYM_KEY is not a key of at least 32 bytes in hex or base64',
      {
        hint,
        cause,
      },
    )
  }
}

/** A signal that is aborted `delay_ms` after `signal`. */
function abortLater(signal: AbortSignal, delay_ms: number): AbortSignal {
  const controller = new AbortController()
  signal.addEventListener('abort', () => {
    setTimeout(() => controller.abort(signal.reason), delay_ms).unref()
  })
  return controller.signal
}
