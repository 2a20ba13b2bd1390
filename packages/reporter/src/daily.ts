import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'

import { countDays, type Day, dayAt, eachDay } from './calendar.ts'
import type { DailyCount, DailyFilter, DailyRow, ShownCount } from './counts.ts'
import type { RegionMembers } from './suppression/shown-regions.ts'
import { dayStatus, GRACE_MS } from './status.ts'
import { addUpRegions } from './suppression/add-up-regions.ts'
import { suppressDaily } from './suppression/suppress-daily.ts'

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
  /** What the counts are restricted to; of the regions, all are there. */
  where?: DailyFilter
  counts: readonly DailyCount[]
  /** The people behind the counts. Needed by region only, and then what it lacks is suppressed. */
  regions?: readonly (RegionMembers & { day: Day })[]
  timeZone: string
  now_ms: number
  /** As for {@link dayStatus}. */
  watermark_ms: number
  grace_ms?: number | undefined
}

/**
 * The rows of a daily report, by day and then by dimension.
 *
 * Without dimensions every day of the range has a row, with zeros when it has no events, except days that have not
 * begun yet. With dimensions there are only the combinations that occur: all others are zero. By region, what few people
 * did is suppressed.
 */
export function dailyRows({ by, counts, watermark_ms, grace_ms = GRACE_MS, ...question }: DailyQuestion): DailyRow[] {
  const dimensions = DIMENSIONS.filter((dimension) => by.includes(dimension))
  const found = counts.filter(({ events, quantity }) => events !== 0 || quantity !== 0) // others were taken back
  const rows = rowsOf({ ...question, by: dimensions, counts: found })
  const statusOf = remember((day: Day) => dayStatus(day, { timeZone: question.timeZone, watermark_ms, grace_ms }))
  return rows
    .map((row) => ({ ...row, status: statusOf(row.day) }))
    .sort((a, b) => compareTexts(keyOf(a, dimensions), keyOf(b, dimensions)))
}

/** The function, with its answers remembered. */
function remember<Key, Answer>(answer: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<Key, Answer>()
  return (key) => {
    if (!known.has(key)) known.set(key, answer(key))
    return known.get(key)!
  }
}

function rowsOf(question: Omit<DailyQuestion, 'watermark_ms' | 'grace_ms'>): ShownCount[] {
  const { by, where = {}, counts, regions = [], ...days } = question
  const chosen = where.region ?? []
  if (!by.includes('region') && chosen.length === 0) {
    return by.length > 0 ? [...counts] : [...counts, ...emptyDays({ ...days, counted: counts })]
  }
  const split = withRegion(by)
  const isBrokenDown = split.length > 1 || [where.kind, where.channel].some((values) => (values ?? []).length > 0)
  const shown = suppressDaily({ by: split, isBrokenDown, counts, regions })
  const ofChosen = shown.filter(({ region }) => region == null || chosen.length === 0 || chosen.includes(region))
  if (by.includes('region')) return ofChosen
  const together = addUpRegions(ofChosen, by)
  return by.length > 0 ? together : [...together, ...emptyDays({ ...days, counted: together })]
}

/** The dimensions by which the counts of chosen regions have to be read: which may be shown depends on all regions. */
export function withRegion(by: readonly Dimension[]): Dimension[] {
  return DIMENSIONS.filter((dimension) => dimension === 'region' || by.includes(dimension))
}

interface Emptiness extends Pick<DailyQuestion, 'from' | 'to' | 'timeZone' | 'now_ms'> {
  /** What has a row. */
  counted: readonly { day: Day }[]
}

function emptyDays({ from, to, counted, timeZone, now_ms }: Emptiness): DailyCount[] {
  const today = dayAt(now_ms, timeZone)
  const days = new Set(counted.map(({ day }) => day))
  const missing = eachDay(from, to < today ? to : today).filter((day) => !days.has(day))
  return missing.map((day) => ({ day, events: 0, quantity: 0 }))
}

/** Texts that sort as the rows do: the separator sorts before anything else that occurs. */
function keyOf(row: ShownCount, dimensions: readonly Dimension[]): string {
  return [row.day, ...dimensions.map((dimension) => row[dimension] ?? '')].join('\0')
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
