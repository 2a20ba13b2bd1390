import type { Period } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'
import { Temporal } from 'temporal-polyfill'

/** A calendar day in the reporting time zone, `YYYY-MM-DD`. Two days compare as their texts do. */
export type Day = string

/** No event is older: the contract refuses times before 2000. */
export const YEAR_MIN = 2000
/** The last whole year that ClickHouse's `Date` can hold. */
export const YEAR_MAX = 2148

/** The days of the Gregorian year: 365 or 366. */
export function daysInYear(year: number): number {
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).daysInYear
}

/** From the first day of the first of these years, of which there is at least one, to the last day of the last. */
export function daysOfYears(years: readonly number[]): { from: Day; to: Day } {
  return { from: `${Math.min(...years)}-01-01`, to: `${Math.max(...years)}-12-31` }
}

/** The moment at which `year` ends in `timeZone`, in milliseconds since the Unix epoch. */
export function yearEnd(year: number, timeZone: string): number {
  return Temporal.PlainDate.from({ year: year + 1, month: 1, day: 1 }).toZonedDateTime(timeZone).epochMilliseconds
}

/** The moment at which `day` ends in `timeZone`, in milliseconds since the Unix epoch. */
export function dayEnd(day: Day, timeZone: string): number {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds
}

/** The calendar day at a moment, in milliseconds since the Unix epoch, in `timeZone`. */
export function dayAt(now_ms: number, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(now_ms).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** How many days there are from `from` to `to`, both included; 0 or less when `from` is after `to`. */
export function countDays(from: Day, to: Day): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days + 1
}

/** Each day from `from` to `to`, both included; none when `from` is after `to`. */
export function eachDay(from: Day, to: Day): Day[] {
  const first = Temporal.PlainDate.from(from)
  return Array.from({ length: Math.max(0, countDays(from, to)) }, (_, days) => first.add({ days }).toString())
}

/** Ascending days as ISO 8601 writes days and intervals, both ends included: `2016-02-29 2016-05-01/2016-05-07`. */
export function formatDays(days: readonly Day[]): string {
  const runs: { first: Day; last: Day }[] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run && countDays(run.last, day) === 2) run.last = day
    else runs.push({ first: day, last: day })
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}/${last}`)).join(' ')
}

/** The whole days, months or years that a range of days touches: from the first day of the first to the last of the last. */
export function wholePeriods({ from, to }: { from: Day; to: Day }, by: Period): { from: Day; to: Day } {
  if (by === 'day') return { from, to }
  const month = by === 'year' ? { month: 1 } : {}
  const lastMonth = by === 'year' ? { month: 12 } : {}
  const first = Temporal.PlainDate.from(from).with({ ...month, day: 1 })
  const last = Temporal.PlainDate.from(to).with({ ...lastMonth, day: 31 }) // where a month has no 31st, its last day
  return { from: first.toString(), to: last.toString() }
}

/**
 * A day as a person writes it.
 *
 * @throws {CaretallyError} `day_invalid` unless it is `YYYY-MM-DD`, a day of the calendar, in a year that can be counted
 */
export function parseDay(text: string): Day {
  const hint = 'write a day as YYYY-MM-DD'
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new CaretallyError('day_invalid', `'${text}' is not a day`, { hint })
  try {
    Temporal.PlainDate.from(text)
  } catch (cause) {
    throw new CaretallyError('day_invalid', `there is no day ${text} in the calendar`, { hint, cause })
  }
  const year = Number(text.slice(0, 4))
  if (!isCountable(year)) {
    throw new CaretallyError('day_invalid', `${text} lies outside the years ${YEAR_MIN} to ${YEAR_MAX}`, { hint })
  }
  return text
}

/**
 * Years as a person writes them: `2016`, `2015-2016`, `2015,2016` or a mixture; ascending and each one once.
 *
 * @throws {CaretallyError} `years_invalid`
 */
export function parseYears(text: string): number[] {
  const years = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{4})(?:-(\d{4}))?$/.exec(part.trim()) ?? []
    if (first === undefined || last === undefined) throw yearsInvalid(`'${text}' does not name years`)
    return yearsBetween(Number(first), Number(last))
  })
  return [...new Set(years)].sort((a, b) => a - b)
}

function yearsBetween(first: number, last: number): number[] {
  if (first > last) throw yearsInvalid(`${first} comes after ${last}`)
  if (!isCountable(first) || !isCountable(last)) {
    throw yearsInvalid(`only the years ${YEAR_MIN} to ${YEAR_MAX} can be counted`)
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function yearsInvalid(message: string): CaretallyError {
  return new CaretallyError('years_invalid', message, { hint: 'write years as 2016, 2015-2016 or 2015,2016' })
}

/** Whether events of the year can have been counted. */
export function isCountable(year: number): boolean {
  return year >= YEAR_MIN && year <= YEAR_MAX
}
