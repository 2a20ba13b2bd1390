import type { Clock } from './clock.ts'

/** How fast to try again: exponential from `first_ms` to `max_ms`, each wait shortened at random by up to a half. */
export interface Pace {
  first_ms: number
  max_ms: number
}

export interface RetryOptions {
  clock: Clock
  pace: Pace
  /** Ends the tries: the last error is thrown once this says no. */
  shouldRetry: (error: unknown, attempt: number) => boolean
  /** Told before each wait. */
  onRetry?: (error: unknown, attempt: number, delay_ms: number) => void
  /** Ends the waiting, not an attempt: once aborted, the next wait rejects with the signal's reason. */
  signal?: AbortSignal
  /** Uniform in [0, 1). */
  random?: () => number
}

/** Calls `operation` until it succeeds or `shouldRetry` says no. Bounded in pace, and in count only by `shouldRetry`. */
export async function retry<T>(operation: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, pace, shouldRetry, onRetry, signal, random = Math.random } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation(attempt)
    } catch (error) {
      if (!shouldRetry(error, attempt)) throw error
      const delay_ms = delayBefore(attempt, pace, random())
      onRetry?.(error, attempt, delay_ms)
      await clock.sleep(delay_ms, signal)
    }
  }
}

function delayBefore(attempt: number, { first_ms, max_ms }: Pace, random: number): number {
  const exponential = Math.min(max_ms, first_ms * 2 ** Math.min(attempt - 1, 30))
  return Math.round(exponential * (1 - random / 2))
}
