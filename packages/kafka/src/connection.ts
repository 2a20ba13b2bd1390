import type { KafkaEnvironment } from './environment.ts'

type SaslMechanism = NonNullable<KafkaEnvironment['KAFKA_SASL_MECHANISM']>

/** How a client proves who it is. One type for each mechanism, as kafkajs has it. */
export type KafkaCredentials = {
  [Mechanism in SaslMechanism]: { mechanism: Mechanism; username: string; password: string }
}[SaslMechanism]

/** What stands between a client and the brokers. */
export interface KafkaSecurity {
  /** TLS, trusting `ca` (PEM), or without it the authorities that come with Node. Plain TCP when it is absent. */
  tls?: { ca?: string }
  sasl?: KafkaCredentials
}

/** Where Kafka is and how to get in. */
export interface KafkaConnection {
  /** `host:port` of some of the brokers; the others are learned from them. */
  brokers: string[]
  security?: KafkaSecurity | undefined
}

/** The connection that an environment describes which `readConfig` has read, and in which nothing is missing therefore. */
export function kafkaConnectionFrom(env: KafkaEnvironment): KafkaConnection {
  const { KAFKA_TLS_CA_FILE: ca } = env
  const sasl = credentialsFrom(env)
  return {
    brokers: env.KAFKA_BROKERS.split(',').map((address) => address.trim()),
    security: {
      ...(env.KAFKA_TLS === 'true' && { tls: ca === undefined ? {} : { ca } }),
      ...(sasl && { sasl }),
    },
  }
}

function credentialsFrom(env: KafkaEnvironment): KafkaCredentials | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env
  if (mechanism === undefined || username === undefined || password === undefined) return undefined
  return { mechanism, username, password }
}
