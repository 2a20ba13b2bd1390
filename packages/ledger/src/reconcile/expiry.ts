import { runQuery } from '@caretally/clickhouse'

import { firstWrittenSince, keptFrom } from './queries/retention.ts'
import type { Source } from './source.ts'

const DAY_MS = 86_400_000

/**
 * The outcomes of a range are written within this time of each other, an outage included: Kafka keeps a record for as long. So
 * whatever is written of an offset after an event that is kept with this margin, is kept too.
 */
const RANGE_MS_MAX = 31 * DAY_MS

/** An event is accepted up to a day before its own time, and a calendar day begins up to 14 hours before it does in UTC. */
const EVENT_AHEAD_MS_MAX = 38 * 3_600_000

/** What retention may have taken: what is not there of it is no drift, and not proved either. */
export interface Expiry {
  /** Rows that were written from this moment on are kept. */
  kept_from_ms: number
  /** Whether events of the day can have been written before that. */
  mayHaveTaken: (day: string) => boolean
}

/** Undefined as long as nothing can have expired: without a retention, or in a database that is younger. */
export async function readExpiry({ clickhouse, signal }: Source): Promise<Expiry | undefined> {
  const [kept] = await runQuery(clickhouse, keptFrom, {}, signal)
  if (kept === undefined) return undefined
  const { kept_from_ms } = kept
  return { kept_from_ms, mayHaveTaken: (day) => Date.parse(day) < kept_from_ms + EVENT_AHEAD_MS_MAX }
}

/** The first offset of a partition from which on no outcome can have expired; `nextOffset` when there is none. */
export async function firstProvable(
  { clickhouse, signal }: Source,
  partition: number,
  nextOffset: number,
  { kept_from_ms }: Expiry,
): Promise<number> {
  const since_ms = kept_from_ms + RANGE_MS_MAX
  const [first] = await runQuery(clickhouse, firstWrittenSince, { partition, since_ms }, signal)
  return Math.min(nextOffset, first?.offset ?? nextOffset)
}
