import { z } from 'zod'

/** The topic of the interactions' events. */
export const TOPIC = 'portal.interactions'

const BROKERS = /^\s*[^\s:,/]+:\d{1,5}\s*(,\s*[^\s:,/]+:\d{1,5}\s*)*$/

/**
 * The environment variables of every program that talks to Kafka, to be spread into its own schema. `KAFKA_TOPIC` is used as
 * it is; all others become a connection by `kafkaConnectionFrom`, and by it alone.
 */
export const kafkaEnvironment = {
  KAFKA_BROKERS: z.string().regex(BROKERS, 'must be host:port, separated by commas'),
  KAFKA_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/, 'must be a topic name')
    .default(TOPIC),
  KAFKA_TLS: z.enum(['true', 'false'], 'must be true or false').default('false'),
  KAFKA_TLS_CA_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512')
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
}

const schema = z.object(kafkaEnvironment)
export type KafkaEnvironment = z.infer<typeof schema>
