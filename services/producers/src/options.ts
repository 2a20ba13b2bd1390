import { isPseudonymKey, PSEUDONYM_KEY_BYTES_MIN, PSEUDONYM_KEY_VERSION_MAX } from '@caretally/events'
import { kafkaEnvironment } from '@caretally/kafka'
import { logEnvironment, metricsEnvironment, reportingEnvironment, secret, text } from '@caretally/runtime'
import { z } from 'zod'

const KEY =
  `VERSION:KEY, or KEY of version 1: a version from 1 to ${PSEUDONYM_KEY_VERSION_MAX}, and at least ${PSEUDONYM_KEY_BYTES_MIN} bytes ` +
  'in hex or base64, such as `openssl rand -hex 32` makes'

/** The environment variables of the producers. */
export const producersEnvironment = z.object({
  ...kafkaEnvironment,
  ...metricsEnvironment,
  ...reportingEnvironment,
  ...logEnvironment,
  MEMBER_PSEUDONYM_KEY: secret(text(KEY, isPseudonymKey)).describe(
    'the key of members’ pseudonyms, which neither Kafka nor ClickHouse ever has',
  ),
})
