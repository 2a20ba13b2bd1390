import { CaretallyError, certificateProblem, chainOf } from '@caretally/runtime'

/**
 * What it means, for the person who starts a program, that no connection came about: Kafka refuses the credentials
 * (`kafka_unauthorized`), its certificate is not trusted (`kafka_untrusted`), or it does not answer (`kafka_unreachable`,
 * the only one that may pass by itself).
 */
export function connectionFailure(cause: unknown, brokers: readonly string[]): CaretallyError {
  const addresses = brokers.join(', ')
  if (isRefusal(cause)) {
    return new CaretallyError('kafka_unauthorized', `Kafka at ${addresses} refuses the credentials`, {
      hint: 'check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
      cause,
    })
  }
  const code = certificateProblem(cause)
  if (code !== undefined) {
    return new CaretallyError('kafka_untrusted', `the certificate of Kafka at ${addresses} is not trusted: ${code}`, {
      hint: 'set KAFKA_TLS_CA_FILE to the certificate of its authority, and KAFKA_BROKERS to the names in it',
      cause,
    })
  }
  return new CaretallyError('kafka_unreachable', `no Kafka broker answers at ${addresses}`, {
    hint: 'start one with `npm run up`, or set KAFKA_BROKERS, and KAFKA_TLS and KAFKA_SASL_MECHANISM as its listener wants',
    retriable: true,
    cause,
  })
}

/** Kafka's answers to credentials that it does not take, and to their absence. */
const REFUSALS = new Set(['ILLEGAL_SASL_STATE', 'SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM'])

/** Whether an error, or what caused it, is Kafka's refusal of our credentials: no repetition changes that. */
export function isRefusal(error: unknown): boolean {
  return chainOf(error).some(
    (link) =>
      link.name === 'KafkaJSSASLAuthenticationError' ||
      ('type' in link && typeof link.type === 'string' && REFUSALS.has(link.type)),
  )
}
