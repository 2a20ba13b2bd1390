import { Temporal } from 'temporal-polyfill'

/** A stretch of a day within one hour of its clock; an hour that daylight saving skips has none, one that it repeats two. */
interface DayHour {
  /** 0 to 23, as the clock on the wall shows it. */
  readonly hour: number
  readonly start_ms: number
  readonly end_ms: number
}

/** A calendar day in a time zone, from its first instant to the first of the next day. */
export interface Day {
  /** YYYY-MM-DD */
  readonly date: string
  readonly start_ms: number
  readonly end_ms: number
  readonly hours: readonly DayHour[]
}

const HOUR_MS = 3_600_000

/** The day called `date` in `timeZone`; of 23 or 25 hours when daylight saving begins or ends. */
export function dayIn(timeZone: string, date: string): Day {
  const plain = Temporal.PlainDate.from(date)
  const start_ms = plain.toZonedDateTime(timeZone).epochMilliseconds
  const end_ms = plain.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds
  const isOrdinary = end_ms - start_ms === 24 * HOUR_MS
  const hours: DayHour[] = []
  for (let from_ms = start_ms; from_ms < end_ms; from_ms += HOUR_MS) {
    const hour = isOrdinary ? hours.length : hourAt(timeZone, from_ms)
    hours.push({ hour, start_ms: from_ms, end_ms: Math.min(from_ms + HOUR_MS, end_ms) })
  }
  return { date: plain.toString(), start_ms, end_ms, hours }
}

function hourAt(timeZone: string, time_ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(time_ms).toZonedDateTimeISO(timeZone).hour
}

/** The day that the instant belongs to in `timeZone`. */
export function dayAt(timeZone: string, time_ms: number): Day {
  const zoned = Temporal.Instant.fromEpochMilliseconds(time_ms).toZonedDateTimeISO(timeZone)
  return dayIn(timeZone, zoned.toPlainDate().toString())
}

/** The dates from the first to the last of `year`. */
export function datesOfYear(year: number): string[] {
  return datesBetween(`${year}-01-01`, `${year}-12-31`)
}

/** The dates from `from` to `to`, both included. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = []
  const last = Temporal.PlainDate.from(to)
  for (let date = Temporal.PlainDate.from(from); Temporal.PlainDate.compare(date, last) <= 0;) {
    dates.push(date.toString())
    date = date.add({ days: 1 })
  }
  return dates
}

/** Days since 1970-01-01. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / (24 * HOUR_MS))
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(date: string): number {
  return Temporal.PlainDate.from(date).dayOfWeek - 1
}
