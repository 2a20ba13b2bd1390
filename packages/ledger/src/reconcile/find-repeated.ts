import { runQuery } from '@caretally/clickhouse'

import type { Drift, Place, RepeatedEvent } from './ledger.ts'
import type { Positions } from './positions.ts'
import { countRepeated, repeatedPlaces } from './queries/repeated-events.ts'
import type { Source } from './source.ts'

/** Repeated events that are looked at in one go, for a repair, and that are named, for a reader. */
export const REPEATED_MAX = 10_000
const REPEATED_NAMED_MAX = 20

/**
 * Memory that a pass takes for an event. 23 bytes were measured for 20,000,000 events in one pass; the lists grow by
 * doubling, so it can be twice as much for other numbers.
 */
export const BYTES_AN_EVENT = 48

export interface RepeatedEvents {
  /** Events with a place to keep and places to give up; at most the source's `repeated_max`. */
  events: (RepeatedEvent & { id: string; source: string })[]
  /** Whether there may be more than those. */
  isTruncated: boolean
  /** All rows that are more than one for their event. Exact up to a collision of 64-bit hashes. */
  rowsTooMany: number
}

/**
 * Finds events that were accepted more than once, at whatever distance. All identities do not fit into memory, so the
 * events are looked through in as many passes as the memory bound asks for, each for another part of the identities.
 * Events that are not settled yet are left for the next time.
 */
export async function findRepeated(
  source: Source,
  positions: Positions,
  rows: number,
  onRows: (rows: number) => void,
): Promise<RepeatedEvents> {
  const { clickhouse, memory_bytes_max, repeated_max, signal } = source
  const passes = Math.max(1, Math.ceil((rows * BYTES_AN_EVENT) / memory_bytes_max))
  const found: RepeatedEvents = { events: [], isTruncated: false, rowsTooMany: 0 }
  for (let pass = 0; pass < passes; pass++) {
    const part = { passes, pass, memory_bytes_max }
    const [counted] = await runQuery(clickhouse, countRepeated, part, signal)
    onRows(rows / passes)
    if (counted === undefined || counted.repeated === 0) continue
    const events_max = repeated_max - found.events.length + 1
    const repeated = await runQuery(clickhouse, repeatedPlaces, { ...part, events_max }, signal)
    const settled = repeated.flatMap(({ places, ...event }) => {
      const [first, ...repeats] = settledPlaces(places, positions)
      return first === undefined || repeats.length === 0 ? [] : [{ ...event, first, repeats }]
    })
    found.events.push(...settled)
    const isTruncated = repeated.length === events_max
    found.rowsTooMany += isTruncated ? counted.repeated : countRepeats(settled)
    found.isTruncated ||= isTruncated
    if (found.events.length > repeated_max) found.events.length = repeated_max
  }
  return found
}

export function toDrift({ events, rowsTooMany }: RepeatedEvents): Drift[] {
  if (events.length === 0) return []
  const named = events.slice(0, REPEATED_NAMED_MAX).map(({ first, repeats }) => ({ first, repeats }))
  return [{ type: 'repeated_events', rowsTooMany, events: named, truncated: events.length > named.length }]
}

/** In order. The lowest place keeps the event: two repairs at once keep the same one, whatever else either has seen. */
function settledPlaces(places: readonly [partition: number, offset: number][], positions: Positions): Place[] {
  return places
    .map(([partition, offset]) => ({ partition, offset }))
    .filter(({ partition, offset }) => offset < (positions.get(partition)?.next ?? 0))
}

function countRepeats(events: readonly RepeatedEvent[]): number {
  return events.reduce((total, { repeats }) => total + repeats.length, 0)
}
