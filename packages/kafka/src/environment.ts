import { z } from 'zod'

/** The topic of the interactions' events. */
export const TOPIC = 'portal.interactions'

const broker = z.string().regex(/^[^\s:,/]+:\d{1,5}$/, 'must be host:port, separated by commas')

/** The environment variables of every program that talks to Kafka, to be spread into its own schema. */
export const kafkaEnvironment = {
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()))
    .pipe(z.array(broker)),
  KAFKA_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/, 'must be a topic name')
    .default(TOPIC),
}
