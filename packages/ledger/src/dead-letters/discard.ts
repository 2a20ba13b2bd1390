import { decide } from './decide.ts'
import type { LetterStore } from './letter-store.ts'
import { type BatchLimits, openBatches } from './open-batches.ts'

interface DiscardOptions extends LetterStore {
  reasons: readonly string[]
  /** Marks nothing. */
  isDryRun: boolean
  limits?: BatchLimits
}

/**
 * Marks the open letters of the reasons as discarded, and resolves to their number. Their records stay where they are.
 *
 * @throws {CaretallyError} when ClickHouse fails; some may be marked then, and another call marks the rest
 */
export async function discard({ reasons, isDryRun, limits, ...store }: DiscardOptions): Promise<number> {
  if (reasons.length === 0) return 0
  let discarded = 0
  for await (const batch of openBatches(store, { reasons, limits })) {
    store.signal?.throwIfAborted()
    if (!isDryRun) await decide(batch, 'discarded', store)
    discarded += batch.length
  }
  return discarded
}
