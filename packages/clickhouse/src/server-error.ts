import { CaretallyError } from '@caretally/runtime'
import { ClickHouseError } from '@clickhouse/client'

/** Server errors that mean "who are you?": no such user, or a wrong or a missing password. */
const LOGIN_REFUSED = new Set([192, 193, 194, 516])

/**
 * Server errors that the same request will meet again until somebody changes something: the schema, the grants, the
 * settings or our own code. All others, such as too many parts, a full memory or a lost connection, may pass.
 */
const PERMANENT = new Set([
  ...LOGIN_REFUSED,
  6, // CANNOT_PARSE_TEXT
  8, // THERE_IS_NO_COLUMN
  10, // NOT_FOUND_COLUMN_IN_BLOCK
  16, // NO_SUCH_COLUMN_IN_TABLE
  20, // NUMBER_OF_COLUMNS_DOESNT_MATCH
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  36, // BAD_ARGUMENTS
  43, // ILLEGAL_TYPE_OF_ARGUMENT
  44, // ILLEGAL_COLUMN
  46, // UNKNOWN_FUNCTION
  47, // UNKNOWN_IDENTIFIER
  48, // NOT_IMPLEMENTED
  50, // UNKNOWN_TYPE
  53, // TYPE_MISMATCH
  57, // TABLE_ALREADY_EXISTS
  60, // UNKNOWN_TABLE
  62, // SYNTAX_ERROR
  70, // CANNOT_CONVERT_TYPE
  73, // UNKNOWN_FORMAT
  81, // UNKNOWN_DATABASE
  115, // UNKNOWN_SETTING
  117, // INCORRECT_DATA
  164, // READONLY
  377, // UNKNOWN_CODEC
  452, // SETTING_CONSTRAINT_VIOLATION
  456, // UNKNOWN_QUERY_PARAMETER
  457, // BAD_QUERY_PARAMETER
  497, // ACCESS_DENIED
])

/**
 * What went wrong with ClickHouse, reduced to codes. The server's texts quote rows and therefore never get out of here;
 * for the same reason a server's error is not kept as the cause.
 *
 * - `clickhouse_wrong_password`: it does not know us. Permanent.
 * - `clickhouse_refused`: it answered with an error, whose name and number the message gives.
 * - `clickhouse_unreachable`: no answer, or none of ClickHouse's. What was asked may have been done or not. Retriable.
 * - `clickhouse_failed`: the fault is on our side. Permanent.
 *
 * @param operation what was to be done, to go after "ClickHouse refused to"
 */
export function toClickHouseError(error: unknown, operation: string): CaretallyError {
  if (error instanceof CaretallyError) return error
  if (error instanceof ClickHouseError) return refusal(error, operation)
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
  return new CaretallyError('clickhouse_refused', message, { retriable: !PERMANENT.has(number) })
}

/** Errors of the socket have a system code; timeouts and answers that are not ClickHouse's are plain Errors. */
function isTransportError(error: Error): boolean {
  return systemCode(error) !== undefined || Object.getPrototypeOf(error) === Error.prototype
}

/** Such as ECONNREFUSED; not ERR_INVALID_ARG_TYPE, with which Node names our own mistakes. */
function systemCode(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(E[A-Z0-9]+|HPE_[A-Z_]+)$/.test(code) ? code : undefined
}
