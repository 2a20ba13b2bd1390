import { kaiserScenario, type LoadStreamOptions } from '@caretally/producers'

import type { LoadTestArguments } from './command-line.ts'

const SECOND_MS = 1_000
const DAY_MS = 86_400_000
/** How far back an event is repeated, in offsets of its partition. The window is 1,000,000: no partition gets more than twice its part. */
const FAR_OFFSETS = 400_000

/**
 * The stream that is asked for. At a rate its events happen as they are sent; a bulk is the backlog of the days before, of as
 * many as the real portal would have needed for so many.
 */
export function streamOptionsOf(
  { pace, duplicates_percent, malformed_percent, late_percent, seed }: LoadTestArguments,
  { timeZone, partitions, now_ms }: { timeZone: string; partitions: number; now_ms: number },
): Required<LoadStreamOptions> {
  const { records, rate_per_second } = pace
  const isLive = rate_per_second !== undefined
  const duration_ms = isLive ? (records / rate_per_second) * SECOND_MS : (records / eventsPerDay()) * DAY_MS
  return {
    records,
    seed,
    timeZone,
    from_ms: isLive ? now_ms : Math.floor(now_ms - duration_ms),
    to_ms: isLive ? Math.ceil(now_ms + duration_ms) : now_ms,
    duplicates_percent,
    malformed_percent,
    late_percent,
    far_records_max: FAR_OFFSETS * partitions,
  }
}

/** Of the scenario's last year: 678,000. */
function eventsPerDay(): number {
  const { totals } = [...kaiserScenario.years.values()].at(-1)!
  return Object.values(totals).reduce((sum, events) => sum + events, 0) / 366
}
