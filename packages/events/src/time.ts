/** No event is older: 2000-01-01T00:00:00Z, in epoch milliseconds. */
export const TIME_MS_MIN = Date.UTC(2000, 0, 1)

/** How far an event's time may lie ahead of the moment the log took it: 24 hours, inclusive. */
export const TIME_AHEAD_MS_MAX = 24 * 60 * 60 * 1000

/**
 * RFC 3339 with a time zone, `T` and `Z` in upper case, at most nine digits of fraction. Hours end at 23 and seconds at
 * 59: neither 24:00 nor a leap second has a place of its own on the epoch's scale.
 */
export const TIME_PATTERN =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,9}))?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$/

/**
 * The instant that `text` names, in whole epoch milliseconds; digits beyond the millisecond are cut off, not rounded.
 * NaN when it does not follow {@link TIME_PATTERN} or its day is not in the calendar. Exact from the year 100 on.
 */
export function parseTime(text: string): number {
  const parts = TIME_PATTERN.exec(text)
  if (!parts) return Number.NaN
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = parts
  if (Number(day) > daysInMonth(Number(year), Number(month))) return Number.NaN
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const local_ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  )
  if (sign === undefined) return local_ms
  const offset_ms = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000
  return sign === '+' ? local_ms - offset_ms : local_ms + offset_ms
}

/** `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
