import { CaretallyError, type Clock, type Logger, type Pace, retry } from '@caretally/runtime'

import type { Meter, Operation } from './meter.ts'
import type { Troubles } from './troubles.ts'

export interface Patience {
  clock: Clock
  logger: Logger
  meter: Meter
  troubles: Troubles
  /** Ends the waiting between two attempts; an attempt under way is always awaited. */
  signal: AbortSignal
}

/** What gives work up when its partitions are lost. */
export interface EpochGuard {
  /** Throws once the work belongs to a past epoch. */
  check: () => void
}

/** There is no limit to the number of attempts, only to their pace. */
const PACE: Pace = { first_ms: 250, max_ms: 10_000 }

/**
 * Attempts `operation` until it succeeds, with a look at the fence before each attempt.
 *
 * @throws {StaleEpochError} when the partition was lost meanwhile
 * @throws the operation's own error when no repetition would help
 */
export function keepTrying<T>(
  operation: () => Promise<T>,
  guard: EpochGuard,
  { clock, logger, meter, troubles, signal }: Patience,
  /** What a log line says about the operation. */
  about: Record<string, unknown> & { operation: Operation },
): Promise<T> {
  const attempt = () => {
    guard.check()
    return operation()
  }
  return retry(attempt, {
    clock,
    pace: PACE,
    signal,
    shouldRetry: (error) => error instanceof CaretallyError && error.retriable,
    onRetry: (error, attempt, delay_ms) => {
      meter.retried(about.operation)
      troubles.note(about, about.operation, error)
      logger.warn({ ...about, attempt, delay_ms, error }, 'failed, trying again')
    },
  }).finally(() => troubles.over(about))
}
