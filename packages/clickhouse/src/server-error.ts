import { CaretallyError, certificateProblem } from '@caretally/runtime'
import { ClickHouseError } from '@clickhouse/client'

import { classOf } from './server-errors.ts'

/** Server errors that mean "who are you?": no such user, or a wrong or a missing password. */
const LOGIN_REFUSED = new Set([192, 193, 194, 516])
/** ACCESS_DENIED, READONLY: it knows us, and we may not do that. */
const FORBIDDEN = new Set([164, 497])

/**
 * What went wrong with ClickHouse, reduced to codes. The server's texts quote rows and therefore never get out of here;
 * for the same reason a server's error is not kept as the cause.
 *
 * - `clickhouse_wrong_password`: it does not know us. Permanent.
 * - `clickhouse_forbidden`: our user may not do that. Permanent.
 * - `clickhouse_refused`: it answered with an error, whose name and number the message gives; retriable by its class.
 * - `clickhouse_content_refused`: the same, for an error that is about the rows. Permanent for these rows.
 * - `clickhouse_unreachable`: no answer, or none of ClickHouse's. What was asked may have been done or not. Retriable.
 * - `clickhouse_untrusted`: it answers by TLS with a certificate that is not trusted. Permanent.
 * - `clickhouse_failed`: the fault is on our side. Permanent.
 *
 * @param operation what was to be done, to go after "ClickHouse refused to"
 */
export function toClickHouseError(error: unknown, operation: string): CaretallyError {
  if (error instanceof CaretallyError) return error
  if (error instanceof ClickHouseError) return refusal(error, operation)
  const untrusted = certificateProblem(error)
  if (untrusted !== undefined) {
    const message = `the certificate of ClickHouse is not trusted, so it was not asked to ${operation} (${untrusted})`
    return new CaretallyError('clickhouse_untrusted', message, {
      hint: 'set CLICKHOUSE_TLS_CA_FILE to the certificate of its authority, and CLICKHOUSE_URL to a name in its own',
    })
  }
  if (error instanceof Error && isTransportError(error)) {
    const reason = systemCode(error) ?? 'no answer in time or not from ClickHouse'
    const message = `ClickHouse could not be reached to ${operation} (${reason})`
    return new CaretallyError('clickhouse_unreachable', message, { retriable: true })
  }
  return new CaretallyError('clickhouse_failed', `failed to ${operation}`, { cause: error })
}

function refusal({ code, type }: ClickHouseError, operation: string): CaretallyError {
  const name = type && /^[A-Z0-9_]+$/.test(type) ? type : 'UNNAMED_ERROR'
  const number = Number(code)
  const message = `ClickHouse refused to ${operation}: ${name} (${number})`
  if (LOGIN_REFUSED.has(number)) {
    return new CaretallyError('clickhouse_wrong_password', message, {
      hint: 'check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD',
    })
  }
  if (FORBIDDEN.has(number)) {
    return new CaretallyError('clickhouse_forbidden', message, {
      hint: 'CLICKHOUSE_USER lacks the right; docs/operations.md, "Users and rights", says which command runs as whom',
    })
  }
  const errorClass = classOf(number)
  if (errorClass === 'content') return new CaretallyError('clickhouse_content_refused', message)
  return new CaretallyError('clickhouse_refused', message, { retriable: errorClass !== 'permanent' })
}

/** Errors of the socket have a system code; timeouts and answers that are not ClickHouse's are plain Errors. */
function isTransportError(error: Error): boolean {
  return systemCode(error) !== undefined || Object.getPrototypeOf(error) === Error.prototype
}

/** Such as ECONNREFUSED; not ERR_INVALID_ARG_TYPE, with which Node names our own mistakes. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(E[A-Z0-9]+|ERR_SSL_[A-Z0-9_]+|HPE_[A-Z_]+)$/.test(code) ? code : undefined
}
