import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino } from 'pino'

import { describeError } from './errors.ts'
import { LOG_EVENTS, type LogMessage } from './log-events.ts'

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/**
 * What pino's logger does, for lines that have an event, and without child(), whose fields pino does not pass through the
 * allow-list.
 */
export type Logger = Record<Level, (fields: Record<string, unknown>, message: LogMessage) => void>

/**
 * The only fields that reach a log. An event's payload, a member's pseudonym or a password cannot be logged by accident:
 * whoever wants to log a new field has to name it here first.
 */
const LOG_FIELDS = new Set([
  'accepted',
  'address',
  'attempt',
  'broker',
  'bytes',
  'command',
  'count',
  'database',
  'dead_letters',
  'delay_ms',
  'duplicates',
  'duration_ms',
  'epoch',
  'error',
  'event',
  'first_offset',
  'generation',
  'group',
  'hint',
  'last_offset',
  'member_count',
  'migration',
  'name',
  'namespace',
  'offset',
  'operation',
  'partition',
  'partitions',
  'pending_first',
  'pending_last',
  'pid',
  'reason',
  'replayed',
  'rows',
  'said',
  'signal',
  'status',
  'table',
  'time_zone',
  'topic',
  'version',
])

interface LoggerOptions {
  /** The program's name, on every line. */
  name: string
  level?: string
  destination?: DestinationStream
}

/**
 * A pino logger that writes JSON lines with an allow-list of fields, each line with the `event` of its message; `error` is
 * reduced by {@link describeError}.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: allowedFields },
    hooks: { logMethod: addEvent },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Called for the lines that the level lets through, each of which has fields and a {@link LogMessage}. */
function addEvent(
  this: PinoLogger,
  [fields, message]: [fields: unknown, message?: string | undefined, ...others: unknown[]],
  write: LogFn,
): void {
  const event = message !== undefined && isLogMessage(message) ? LOG_EVENTS[message] : undefined
  write.call(this, { ...Object(fields), event }, message)
}

function isLogMessage(message: string): message is LogMessage {
  return Object.hasOwn(LOG_EVENTS, message)
}

function allowedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const allowed: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (!LOG_FIELDS.has(field)) continue
    allowed[field] = field === 'error' ? describeError(value) : value
  }
  return allowed
}
