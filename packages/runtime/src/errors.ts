interface ErrorDetails {
  /** What to do about it, in words for the person who reads the line. */
  hint?: string
  /** Whether the same call may succeed later without anybody changing anything. */
  retriable?: boolean
  cause?: unknown
}

/**
 * A broken world: something that stops the work, as opposed to bad data, which is a value.
 *
 * Its message is written by us and never quotes an event, a row, a key or a password, so it may be logged.
 */
export class CaretallyError extends Error {
  override readonly name = 'CaretallyError'
  /** Stable, in snake_case; programs and alert rules may depend on it. */
  readonly code: string
  readonly hint: string | undefined
  readonly retriable: boolean

  constructor(code: string, message: string, { hint, retriable = false, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.retriable = retriable
  }
}

/**
 * What of an error may be written to a log: names, codes and our own words. The messages of foreign errors stay out,
 * because servers quote the data that they refuse.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof CaretallyError) {
    const { code, message, hint, cause } = error
    return { code, message, ...(hint && { hint }), ...(cause === undefined ? {} : { cause: describeError(cause) }) }
  }
  if (error instanceof Error) {
    const { name, cause } = error
    const code = 'code' in error && isCode(error.code) ? error.code : undefined
    const type = 'type' in error && isCode(error.type) ? error.type : undefined
    return {
      name,
      ...(code !== undefined && { code }),
      ...(type !== undefined && { type }),
      ...(cause === undefined ? {} : { cause: describeError(cause) }),
      stack: stackFrames(error),
    }
  }
  return { name: typeof error }
}

/** One line for a terminal: what is wrong and what to do about it. */
export function toLine(error: unknown): string {
  if (error instanceof CaretallyError) return error.hint ? `${error.message}; ${error.hint}` : error.message
  return `unexpected failure: ${JSON.stringify(describeError(error))}`
}

function isCode(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(value))
}

const STACK_FRAMES_MAX = 10

function stackFrames(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).slice(0, STACK_FRAMES_MAX)
}
