import type { ClickHouseClient } from '@caretally/clickhouse'
import { CaretallyError, type Clock, type Pace, retry } from '@caretally/runtime'

/** Where dead letters are kept, and the patience to wait for it. */
export interface LetterStore {
  client: ClickHouseClient
  clock: Clock
  signal?: AbortSignal | undefined
}

/** Six attempts in about 8 s. */
const ATTEMPTS_MAX = 6
const PACE: Pace = { first_ms: 250, max_ms: 5_000 }

/** Makes a request that may be made twice, again for as long as that may help and {@link ATTEMPTS_MAX} allows. */
export function attempt<T>(request: () => Promise<T>, { clock, signal }: LetterStore): Promise<T> {
  return retry(request, {
    clock,
    pace: PACE,
    shouldRetry: (error, attempt) => error instanceof CaretallyError && error.retriable && attempt < ATTEMPTS_MAX,
    ...(signal && { signal }),
  })
}
