import { CHANNELS, KINDS, REGIONS } from '@caretally/events/kinds'

/** What the charts show; an empty text is all there is. Its fields are the parameters of the API and of the page's address. */
export interface Filters {
  from: string
  to: string
  kind: string
  channel: string
  region: string
}

export interface Span {
  first_day: string
  last_day: string
}

const DAY_MS = 86_400_000
/** Shown unless another range is chosen: a year, in whole weeks. */
const DAYS_SHOWN = 364
/** What the API answers at once. */
const DAYS_MAX = 3_660

const RECENT = [28, 91, DAYS_SHOWN] as const

/**
 * What the address asks for, and what is shown where it asks for nothing: the 52 weeks up to the latest day that has events.
 * Whatever else stands in an address is taken for nothing.
 */
export function readFilters(search: string, span: Span): Filters {
  const asked = new URLSearchParams(search)
  const among = (name: string, values: readonly string[]) => values.find((value) => value === asked.get(name)) ?? ''
  const others = {
    kind: among('kind', KINDS),
    channel: among('channel', CHANNELS),
    region: among('region', REGIONS),
  }
  const [from, to] = [asked.get('from') ?? '', asked.get('to') ?? '']
  const isRange = isDay(from) && isDay(to) && from <= to && countDays(from, to) <= DAYS_MAX
  return isRange ? { from, to, ...others } : { ...recentDays(DAYS_SHOWN, span), ...others }
}

/** The part of the address after the path; what is shown anyway is not in it, so that the range keeps up with the days. */
export function writeFilters(filters: Filters, span: Span): string {
  const usual = recentDays(DAYS_SHOWN, span)
  const isUsual = filters.from === usual.from && filters.to === usual.to
  const { from, to, ...others } = filters
  const entries = Object.entries({ ...(isUsual ? {} : { from, to }), ...others }).filter(([, value]) => value !== '')
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`
}

export interface Range {
  label: string
  from: string
  to: string
}

/** The ranges to choose from, latest first, with the days that they have. */
export function rangesOf(span: Span): Range[] {
  const recent = RECENT.map((days) => ({ label: `Last ${days / 7} weeks`, ...recentDays(days, span) }))
  const years = []
  for (let year = Number(span.last_day.slice(0, 4)); year >= Number(span.first_day.slice(0, 4)); year--) {
    years.push({ label: String(year), from: `${year}-01-01`, to: `${year}-12-31` })
  }
  const all = { label: 'All days', from: span.first_day, to: span.last_day }
  return [...recent, ...years, ...(countDays(all.from, all.to) <= DAYS_MAX ? [all] : [])]
}

/** Both days included. */
export function countDays(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
}

/** Each day from `from` to `to`, both included. */
export function eachDay(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, countDays(from, to)) }, (_, index) => addDays(from, index))
}

/** None of them lies before the first day that has events. */
function recentDays(days: number, { first_day, last_day }: Span): { from: string; to: string } {
  const from = addDays(last_day, 1 - days)
  return { from: from < first_day ? first_day : from, to: last_day }
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

function isDay(text: string): boolean {
  if (!/^2\d{3}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return false
  return addDays(text, 0) === text && text < '2149'
}
