import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'

import { describeError } from './errors.ts'

/** pino's logger without child(), whose fields pino does not pass through the allow-list. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

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

/** A pino logger that writes JSON lines with an allow-list of fields; `error` is reduced by {@link describeError}. */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: allowedFields },
  }
  return destination ? pino(options, destination) : pino(options)
}

function allowedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const allowed: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (!LOG_FIELDS.has(field)) continue
    allowed[field] = field === 'error' ? describeError(value) : value
  }
  return allowed
}
