/**
 * What a server's error means for the request that met it.
 *
 * - `retry`: nothing was done; the same request may succeed later.
 * - `ambiguous`: it may have been done, in part or in full; the identical request has to be sent again.
 * - `content`: these rows will be refused each time, others would not.
 * - `permanent`: it will fail again until somebody changes something.
 */
export type ErrorClass = 'retry' | 'ambiguous' | 'content' | 'permanent'

/**
 * Every error that we have a reason to expect. Numbers and names are those of ClickHouse's `ErrorCodes.cpp`. An error that
 * is not here is permanent: an unknown failure stops the work instead of being repeated for ever.
 */
const RETRY = [
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  225, // NO_ZOOKEEPER
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY, while a replica recovers
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  373, // SESSION_IS_LOCKED
  439, // CANNOT_SCHEDULE_TASK
  473, // DEADLOCK_AVOIDED
  518, // ASYNC_LOAD_WAIT_FAILED
  745, // SERVER_OVERLOADED
]
const AMBIGUOUS = [
  159, // TIMEOUT_EXCEEDED
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  236, // ABORTED, when the server is shutting down
  319, // UNKNOWN_STATUS_OF_INSERT
  394, // QUERY_WAS_CANCELLED
  735, // QUERY_WAS_CANCELLED_BY_CLIENT
  999, // KEEPER_EXCEPTION
  // A body that was cut on its way reads like these; our own bodies are always whole.
  23, // CANNOT_READ_FROM_ISTREAM
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
]
const CONTENT = [
  69, // ARGUMENT_OUT_OF_BOUND
  117, // INCORRECT_DATA
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  407, // DECIMAL_OVERFLOW
  469, // VIOLATED_CONSTRAINT
  691, // UNKNOWN_ELEMENT_OF_ENUM
]

const CLASS_OF_CODE = new Map<number, ErrorClass>([
  ...RETRY.map((code) => [code, 'retry'] as const),
  ...AMBIGUOUS.map((code) => [code, 'ambiguous'] as const),
  ...CONTENT.map((code) => [code, 'content'] as const),
])

/** The class of a server's error, by its number. */
export function classOf(code: number): ErrorClass {
  return CLASS_OF_CODE.get(code) ?? 'permanent'
}
