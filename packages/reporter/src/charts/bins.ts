/** Days that are drawn as one: from the first of them to the day after the last, each `YYYY-MM-DD`. */
export interface Bin {
  from: string
  until: string
  days: number
}

export type BinSize = 'day' | 'week' | 'month'

/** With more days than these a chart would have more bars than its width can show. */
const DAILY_BINS_DAYS_MAX = 100
const WEEKLY_BINS_DAYS_MAX = 1100

const DAY_MS = 24 * 60 * 60 * 1000
const MONDAY = 1

export function binSizeOf(first: string, last: string): BinSize {
  const days = daysBetween(first, last) + 1
  return days <= DAILY_BINS_DAYS_MAX ? 'day' : days <= WEEKLY_BINS_DAYS_MAX ? 'week' : 'month'
}

/**
 * The calendar day, the week from Monday on or the calendar month that holds `day`, as far as it lies between `first` and
 * `last`. The bins of all days from `first` to `last` hold each of them once.
 */
export function binOf(day: string, size: BinSize, { first, last }: { first: string; last: string }): Bin {
  const start = startOf(day, size)
  const from = later(start, first)
  const until = earlier(startOfNext(start, size), addDays(last, 1))
  return { from, until, days: daysBetween(from, until) }
}

function startOf(day: string, size: BinSize): string {
  if (size === 'day') return day
  if (size === 'month') return `${day.slice(0, 7)}-01`
  return addDays(day, -((new Date(day).getUTCDay() - MONDAY + 7) % 7))
}

function startOfNext(start: string, size: BinSize): string {
  if (size === 'day') return addDays(start, 1)
  if (size === 'week') return addDays(start, 7)
  return startOf(addDays(start, 31), 'month')
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

function daysBetween(from: string, until: string): number {
  return (Date.parse(until) - Date.parse(from)) / DAY_MS
}

function earlier(a: string, b: string): string {
  return a < b ? a : b
}

function later(a: string, b: string): string {
  return a > b ? a : b
}
