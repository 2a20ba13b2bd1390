import { CaretallyError } from '@caretally/runtime'

/** What Kafka calls an act for which our user has no ACL → what we may not do then. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  CLUSTER_AUTHORIZATION_FAILED: 'do this on the cluster',
  GROUP_AUTHORIZATION_FAILED: 'do this in the consumer group',
  TOPIC_AUTHORIZATION_FAILED: 'do this on the topic',
  // kafkajs tells this instead when it may not even ask; a broker that is gone is told by other errors before
  KafkaJSGroupCoordinatorNotFound: 'do this in the consumer group, or no broker coordinates it',
}

/**
 * `kafka_forbidden`, when an error, a part of it or what caused it is that our user may not do that. Kafka knows us, and no
 * repetition changes its answer.
 */
export function asForbidden(error: unknown): CaretallyError | undefined {
  const what = whatIsForbidden(error)
  if (what === undefined) return undefined
  return new CaretallyError('kafka_forbidden', `Kafka does not let this user ${what}`, {
    hint: 'KAFKA_SASL_USERNAME lacks an ACL; docs/operations.md, "Users and rights", says who needs which',
    cause: error,
  })
}

function whatIsForbidden(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const type = 'type' in error && typeof error.type === 'string' ? error.type : ''
  const parts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  const own = FORBIDDEN[type] ?? FORBIDDEN[error.name]
  return own ?? [error.cause, ...parts].map(whatIsForbidden).find((what) => what !== undefined)
}
