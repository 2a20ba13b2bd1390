import { anyText, certificateFile, needing, oneOf, secret, text } from '@caretally/runtime'
import { z } from 'zod'

/** The topic of the interactions' events. */
export const TOPIC = 'portal.interactions'

const BROKERS = /^\s*[^\s:,/]+:\d{1,5}\s*(,\s*[^\s:,/]+:\d{1,5}\s*)*$/
const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/

const tls = { variable: 'KAFKA_TLS', value: 'true' }
const mechanism = { variable: 'KAFKA_SASL_MECHANISM' }

/**
 * The environment variables of every program that talks to Kafka, to be spread into its own schema. `KAFKA_TOPIC` is used as
 * it is; all others become a connection by `kafkaConnectionFrom`, and by it alone.
 */
export const kafkaEnvironment = {
  KAFKA_BROKERS: text('host:port, separated by commas', (brokers) => BROKERS.test(brokers)).describe(
    'addresses of some of the brokers; the others are learned from them',
  ),
  KAFKA_TOPIC: text('a topic name: letters, digits, ".", "_" and "-"', (name) => TOPIC_NAME.test(name))
    .default(TOPIC)
    .describe('the topic of the events'),
  KAFKA_TLS: oneOf(['true', 'false']).default('false').describe('whether the brokers are reached by TLS'),
  KAFKA_TLS_CA_FILE: needing(certificateFile(), tls)
    .optional()
    .describe('the authorities whose certificates are trusted; those that come with Node without it'),
  KAFKA_SASL_MECHANISM: needing(
    oneOf(['plain', 'scram-sha-256', 'scram-sha-512']),
    { variable: 'KAFKA_SASL_USERNAME' },
    { variable: 'KAFKA_SASL_PASSWORD' },
    { when: 'plain', ...tls, because: 'it sends the password as it is' },
  )
    .optional()
    .describe('how this program proves who it is; it does not without it'),
  KAFKA_SASL_USERNAME: needing(anyText('a name'), mechanism).optional().describe('who this program is to the brokers'),
  KAFKA_SASL_PASSWORD: needing(secret(anyText('a password')), mechanism)
    .optional()
    .describe('its password'),
}

/** The environment variable of every program that is, or asks about, a consumer. */
export const groupEnvironment = {
  KAFKA_GROUP: anyText('the name of a consumer group')
    .default('caretally.consumer')
    .describe('the consumer group, whose committed offsets say how far events are consumed'),
}

const schema = z.object(kafkaEnvironment)
export type KafkaEnvironment = z.infer<typeof schema>
