import { isRefusal } from './connection-failure.ts'

/** Answers that no repetition changes. */
const PERMANENT_ERRORS = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_RECORD',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])

/** Whether an error, or what caused it, is one that a repetition cannot change. */
export function isPermanent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('type' in error && typeof error.type === 'string' && PERMANENT_ERRORS.has(error.type)) return true
  return isRefusal(error) || isPermanent(error.cause)
}
