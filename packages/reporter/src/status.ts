import { type Day, dayEnd, daysInYear, eachDay, yearEnd } from './calendar.ts'

/** Whether events of a day may still arrive; until none may its figures are provisional. */
export type DayStatus = 'final' | 'provisional'

/**
 * - `provisional`: the year, or the time allowed for its last events to arrive, is not over; its figures still grow.
 * - `partial`: that time is over and some days of the year have no event at all, so something is missing.
 * - `final`: that time is over and every day has been counted.
 */
export type YearStatus = DayStatus | 'partial'

/** How long after the end of a day its last events may still arrive, unless it is said otherwise. */
export const GRACE_MS = 48 * 60 * 60 * 1000

/** What decides which days are over. */
interface Progress {
  timeZone: string
  /**
   * Each record that Kafka appended before this moment has been read, in every partition: an event that nobody has read
   * yet may belong to any day whose grace period is not over by then.
   */
  watermark_ms: number
  /** How long after the end of a day its last events may still arrive. */
  grace_ms: number
}

export function dayStatus(day: Day, { timeZone, watermark_ms, grace_ms }: Progress): DayStatus {
  return watermark_ms < dayEnd(day, timeZone) + grace_ms ? 'provisional' : 'final'
}

/** @param missing the {@link missingDays} of the year */
export function yearStatus(year: number, missing: readonly Day[], progress: Progress): YearStatus {
  if (progress.watermark_ms < yearEnd(year, progress.timeZone) + progress.grace_ms) return 'provisional'
  return missing.length > 0 ? 'partial' : 'final'
}

/**
 * The days of the year that are final and have no event, though one day after the other should have some.
 *
 * @param days those that have at least one event
 */
export function missingDays(year: number, days: readonly Day[], progress: Progress): Day[] {
  if (days.length === daysInYear(year)) return []
  const counted = new Set(days)
  return eachDay(`${year}-01-01`, `${year}-12-31`).filter(
    (day) => !counted.has(day) && dayStatus(day, progress) === 'final',
  )
}
