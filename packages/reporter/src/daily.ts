import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'

import { countDays, type Day, dayAt, eachDay } from './calendar.ts'
import type { DailyCount } from './counts.ts'

/** Ten years with their leap days, and a little more. */
export const DAYS_PER_QUERY_MAX = 3660

/** @throws {CaretallyError} `range_invalid` when it runs backwards or is too long */
export function assertDayRange(from: Day, to: Day): void {
  if (from > to) {
    throw new CaretallyError('range_invalid', `the range ends on ${to}, before it begins on ${from}`, {
      hint: 'give the earlier day as the first one',
    })
  }
  const days = countDays(from, to)
  if (days > DAYS_PER_QUERY_MAX) {
    throw new CaretallyError(
      'range_invalid',
      `the range has ${days} days and ${DAYS_PER_QUERY_MAX} is the most at once`,
      { hint: 'ask for a shorter range' },
    )
  }
}

interface DailyQuestion {
  from: Day
  to: Day
  by: readonly Dimension[]
  counts: readonly DailyCount[]
  timeZone: string
  now_ms: number
}

/**
 * The rows of a daily report, by day and then by dimension.
 *
 * Without dimensions every day of the range has a row, with zeros when it has no events, except days that have not
 * begun yet. With dimensions there are only the combinations that occur: all others are zero.
 */
export function dailyRows({ from, to, by, counts, timeZone, now_ms }: DailyQuestion): DailyCount[] {
  const dimensions = DIMENSIONS.filter((dimension) => by.includes(dimension))
  const found = counts.filter(({ events, quantity }) => events !== 0 || quantity !== 0) // others were taken back
  const rows = dimensions.length > 0 ? found : [...found, ...emptyDays({ from, to, counts: found, timeZone, now_ms })]
  return rows.sort((a, b) => compareTexts(keyOf(a, dimensions), keyOf(b, dimensions)))
}

function emptyDays({ from, to, counts, timeZone, now_ms }: Omit<DailyQuestion, 'by'>): DailyCount[] {
  const today = dayAt(now_ms, timeZone)
  const counted = new Set(counts.map(({ day }) => day))
  const missing = eachDay(from, to < today ? to : today).filter((day) => !counted.has(day))
  return missing.map((day) => ({ day, events: 0, quantity: 0 }))
}

/** Texts that sort as the rows do: the separator sorts before anything else that occurs. */
function keyOf(row: DailyCount, dimensions: readonly Dimension[]): string {
  return [row.day, ...dimensions.map((dimension) => row[dimension] ?? '')].join('\0')
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
