import { runQuery } from '@caretally/clickhouse'
import type { Contract, KnownEvent } from '@caretally/events'
import type { Publisher } from '@caretally/kafka'

import { decide } from './decide.ts'
import { identityOf, judge, type SoundRecord } from './judge.ts'
import type { LetterId } from './letter-id.ts'
import { attempt, type LetterStore } from './letter-store.ts'
import { type BatchLimits, openBatches } from './open-batches.ts'
import { acceptedEvents } from './queries/accepted-events.ts'
import { letterRecords } from './queries/open-letters.ts'
import { createRecentSet } from './recent-set.ts'

export interface ReplaySummary {
  /** Letters whose records are in the topic again, or would be. */
  published: number
  /** Letters whose events had been accepted meanwhile: another record had brought them. */
  alreadyAccepted: number
  /** Letters whose events another letter of this replay has brought. */
  repeated: number
  /** Letters that stay open, by the reason that today's contract gives. */
  stillBad: Record<string, number>
}

export function emptySummary(): ReplaySummary {
  return { published: 0, alreadyAccepted: 0, repeated: 0, stillBad: {} }
}

export interface ReplayOptions extends LetterStore {
  /** Without it nothing is published and nothing is marked: the summary says what would be. */
  publisher?: Pick<Publisher, 'publish'> | undefined
  /** All of them where none is named. */
  reasons?: readonly string[]
  /** How many letters are to be marked as replayed at most; those that stay open do not count. */
  letters_max?: number
  /** Where to count; also what is known when the replay ends before its time. */
  summary?: ReplaySummary
  /** Told after each batch. */
  onProgress?: (summary: ReplaySummary) => void
  limits?: BatchLimits
  /** By which letters are judged; today's without it. */
  contract?: Contract<KnownEvent> | undefined
}

/** As many offsets back the consumer itself looks for repeats. */
const EVENTS_REMEMBERED_MAX = 1_000_000

/**
 * Publishes open letters that today's contract takes, each record's bytes, key and headers as they were, and marks them as
 * replayed. Letters that are still bad stay open.
 *
 * - Nothing is lost: a letter is marked after its record is acknowledged. If the process or a connection ends in between,
 *   the letter stays open and the next replay publishes it again, with the same event id.
 * - Nothing is counted twice: a letter whose event has been accepted, at any distance, is not published; and an event that
 *   is in the topic twice is dropped by the consumer as a duplicate, within its window of offsets. Let the consumer catch
 *   up before a replay that follows a broken one, and its window does not matter either.
 * - A record that the consumer refuses once more, because it is of an older version or because of ClickHouse, is a new
 *   dead letter.
 *
 * @throws {CaretallyError} when ClickHouse fails for longer than a few seconds, or the publisher's; or the signal's reason
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { publisher, reasons = [], letters_max = Infinity, limits, contract, signal, onProgress } = options
  const { summary = emptySummary() } = options
  const events = createRecentSet(EVENTS_REMEMBERED_MAX)
  let left = letters_max
  for await (const batch of openBatches(options, { reasons, limits })) {
    signal?.throwIfAborted()
    const { sound, stillBad } = judge(await readLetters(batch, options), options.clock.now(), contract)
    const chosen = sound.slice(0, left)
    const { accepted, repeated, fresh } = await sortOut(chosen, events, options)
    for (const reason of stillBad) summary.stillBad[reason] = (summary.stillBad[reason] ?? 0) + 1

    await settle(accepted)
    summary.alreadyAccepted += accepted.length
    await publish(fresh)
    await settle(repeated)
    summary.repeated += repeated.length
    onProgress?.(summary)
    left -= chosen.length
    if (left === 0) break
  }
  return summary

  async function settle(letters: readonly LetterId[]): Promise<void> {
    if (publisher) await decide(letters, 'replayed', options)
  }

  async function publish(records: readonly SoundRecord[]): Promise<void> {
    const acknowledged: SoundRecord[] = publisher ? [] : [...records]
    try {
      await publisher?.publish(records, (send) => acknowledged.push(...send.records))
    } finally {
      await settle(acknowledged)
      summary.published += acknowledged.length
    }
  }
}

async function readLetters(letters: readonly LetterId[], store: LetterStore) {
  const places = {
    partitions: letters.map(({ partition }) => partition),
    offsets: letters.map(({ offset }) => offset),
  }
  return await attempt(() => runQuery(store.client, letterRecords, places, store.signal), store)
}

/** Records by whether their event is accepted, came earlier in this replay, or neither, and then counts as having come. */
async function sortOut(
  records: readonly SoundRecord[],
  events: ReturnType<typeof createRecentSet>,
  store: LetterStore,
) {
  const isAccepted = await findAccepted(records, store)
  const sorted: Record<'accepted' | 'repeated' | 'fresh', SoundRecord[]> = { accepted: [], repeated: [], fresh: [] }
  for (const record of records) {
    const identity = identityOf(record)
    if (isAccepted.has(identity)) {
      sorted.accepted.push(record)
    } else if (events.has(identity)) {
      sorted.repeated.push(record)
    } else {
      events.add(identity)
      sorted.fresh.push(record)
    }
  }
  return sorted
}

async function findAccepted(records: readonly SoundRecord[], store: LetterStore): Promise<Set<string>> {
  if (records.length === 0) return new Set()
  const ids = [...new Set(records.map(({ id }) => id))]
  const rows = await attempt(() => runQuery(store.client, acceptedEvents, { ids }, store.signal), store)
  return new Set(rows.map(identityOf))
}
