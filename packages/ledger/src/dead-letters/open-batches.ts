import { runQuery } from '@caretally/clickhouse'

import type { LetterId } from './letter-id.ts'
import { attempt, type LetterStore } from './letter-store.ts'
import { openLetters, serverTime } from './queries/open-letters.ts'

export interface BatchLimits {
  /** Bounded by the length of a request that names as many ids. */
  letters_max: number
  /** Of keys, values and headers; a larger letter is a batch of its own. */
  bytes_max: number
}

export const BATCH_LIMITS: BatchLimits = { letters_max: 2_000, bytes_max: 8 * 1024 * 1024 }

/**
 * The letters that are open now, of some reasons or of all where none is named, in the order of partition and offset.
 * Letters that are written later are left for another time: a record that was published again and is refused once more
 * would else come round without end.
 */
export async function* openBatches(
  store: LetterStore,
  { reasons, limits = BATCH_LIMITS }: { reasons: readonly string[]; limits?: BatchLimits | undefined },
): AsyncGenerator<LetterId[], void, void> {
  const { client, signal } = store
  const [time] = await attempt(() => runQuery(client, serverTime, {}, signal), store)
  const asked = { reasons: [...reasons], before: time!.now, rows_max: limits.letters_max }
  let from: LetterId = { partition: 0, offset: 0 }
  for (;;) {
    const page = await attempt(() => runQuery(client, openLetters, { ...from, ...asked }, signal), store)
    yield* cutByBytes(page, limits.bytes_max)
    const last = page.at(-1)
    if (last === undefined || page.length < limits.letters_max) return
    from = { partition: last.partition, offset: last.offset + 1 }
  }
}

function* cutByBytes(letters: readonly (LetterId & { bytes: number })[], bytes_max: number) {
  let batch: LetterId[] = []
  let taken = 0
  for (const { partition, offset, bytes } of letters) {
    if (batch.length > 0 && taken + bytes > bytes_max) {
      yield batch
      batch = []
      taken = 0
    }
    batch.push({ partition, offset })
    taken += bytes
  }
  if (batch.length > 0) yield batch
}
