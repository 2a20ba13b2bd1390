import { readFileSync } from 'node:fs'

import { CaretallyError } from '@caretally/runtime'

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

/**
 * The connection that the environment describes.
 *
 * @throws {CaretallyError} `config_invalid` when the variables contradict each other or the authority's file cannot be used
 */
export function kafkaConnectionFrom(env: KafkaEnvironment): KafkaConnection {
  const problems = contradictions(env)
  if (problems.length > 0) throw invalid(problems.join('; '))
  const sasl = credentialsFrom(env)
  return {
    brokers: env.KAFKA_BROKERS.split(',').map((address) => address.trim()),
    security: {
      ...(env.KAFKA_TLS === 'true' && { tls: tlsFrom(env) }),
      ...(sasl && { sasl }),
    },
  }
}

function contradictions(env: KafkaEnvironment): string[] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env
  const hasTls = env.KAFKA_TLS === 'true'
  const checks: [isWrong: boolean, problem: string][] = [
    [!hasTls && env.KAFKA_TLS_CA_FILE !== undefined, 'KAFKA_TLS_CA_FILE needs KAFKA_TLS=true'],
    [!mechanism && (username ?? password) !== undefined, 'KAFKA_SASL_USERNAME and _PASSWORD need KAFKA_SASL_MECHANISM'],
    [mechanism !== undefined && username === undefined, 'KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME'],
    [mechanism !== undefined && password === undefined, 'KAFKA_SASL_MECHANISM needs KAFKA_SASL_PASSWORD'],
    [
      mechanism === 'plain' && !hasTls,
      'KAFKA_SASL_MECHANISM=plain needs KAFKA_TLS=true: it sends the password as it is',
    ],
  ]
  return checks.filter(([isWrong]) => isWrong).map(([, problem]) => problem)
}

function credentialsFrom(env: KafkaEnvironment): KafkaCredentials | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env
  if (mechanism === undefined || username === undefined || password === undefined) return undefined
  return { mechanism, username, password }
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----'

function tlsFrom({ KAFKA_TLS_CA_FILE: file }: KafkaEnvironment): { ca?: string } {
  if (file === undefined) return {}
  const ca = readCertificates(file)
  if (!ca.includes(CERTIFICATE)) throw invalid('KAFKA_TLS_CA_FILE holds no certificate in the PEM format')
  return { ca }
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw invalid('KAFKA_TLS_CA_FILE cannot be read', cause)
  }
}

function invalid(problem: string, cause?: unknown): CaretallyError {
  return new CaretallyError('config_invalid', `wrong configuration: ${problem}`, {
    hint: 'set these environment variables and start again',
    ...(cause !== undefined && { cause }),
  })
}
