import { daysInYear, yearEnd } from './calendar.ts'

/**
 * - `provisional`: the year, or the time allowed for its last events to arrive, is not over; its figures still grow.
 * - `partial`: that time is over and some days of the year have no event at all, so something is missing.
 * - `final`: that time is over and every day has been counted.
 */
export type YearStatus = 'final' | 'provisional' | 'partial'

/** How long after the end of a year its last events may still arrive. */
export const GRACE_MS = 48 * 60 * 60 * 1000

interface YearProgress {
  year: number
  /** Days of the year that have at least one event. */
  days: number
  timeZone: string
  now_ms: number
}

export function yearStatus({ year, days, timeZone, now_ms }: YearProgress): YearStatus {
  if (now_ms < yearEnd(year, timeZone) + GRACE_MS) return 'provisional'
  return days < daysInYear(year) ? 'partial' : 'final'
}
