import { KINDS } from '@caretally/events/kinds'

import type { DailyRow } from './api.ts'
import { countDays, eachDay } from './filters.ts'

/** What was counted on a day, and may be shown. */
export interface DayCount {
  day: string
  kind: string
  channel: string
  events: number
}

/** The counts of the days of which all may be shown, and the other days: what is shown of those would be taken for all. */
export function splitSuppressed(rows: readonly DailyRow[]): { shown: DayCount[]; hidden: Set<string> } {
  const hidden = new Set(rows.filter(({ events }) => events === null).map(({ day }) => day))
  const shown = rows.flatMap(({ day, kind, channel, events }) =>
    events === null || hidden.has(day) ? [] : [{ day, kind: kind ?? '', channel: channel ?? '', events }],
  )
  return { shown, hidden }
}

export interface SharePoint {
  /** The first day that it stands for. */
  day: string
  mobile: number
  logins: number
  /** From 0 to 1. */
  share: number
}

interface Days {
  from: string
  to: string
}

/** More days than this are drawn by the week: a year of working days and weekends is a comb, and nobody sees how it rises. */
export const DAYS_DRAWN_MAX = 120
const WEEK_DAYS = 7

/** How many days a point of a chart stands for. */
export function daysPerPoint({ from, to }: Days): number {
  return countDays(from, to) > DAYS_DRAWN_MAX ? WEEK_DAYS : 1
}

/**
 * The days of each point. They end with the last one that is counted, as those to come are not zero but unknown; what is left
 * of the last week goes with the whole one before it, for the mean of a Sunday is not that of a week. Days that are hidden are
 * left out, and so is a point that has no others.
 */
export function pointsOf(days: Days, lastDay: string, hidden: ReadonlySet<string> = new Set()): string[][] {
  const drawn = eachDay(days.from, days.to < lastDay ? days.to : lastDay)
  const step = daysPerPoint(days)
  const count = Math.max(1, Math.floor(drawn.length / step))
  const points = Array.from({ length: drawn.length === 0 ? 0 : count }, (_, index) =>
    drawn.slice(index * step, index === count - 1 ? drawn.length : (index + 1) * step),
  )
  return points.map((days) => days.filter((day) => !hidden.has(day))).filter(({ length }) => length > 0)
}

/** The kinds that occur, in the order of the contract, and after them those that it does not know. */
export function kindsOf(rows: readonly { kind: string }[]): string[] {
  const found = new Set(rows.map(({ kind }) => kind))
  const known = KINDS.filter((kind) => found.has(kind))
  return [...known, ...[...found].filter((kind) => !KINDS.some((one) => one === kind)).sort()]
}

/** The mobile share of the logins: always a ratio of sums, and none where nobody has logged in. */
export function shareSeries(rows: readonly DayCount[], points: readonly string[][]): SharePoint[] {
  const counts = new Map(rows.map(({ day, channel, events }) => [`${day} ${channel}`, events]))
  return points.flatMap((days) => {
    const sumOf = (channel: string) => days.reduce((sum, day) => sum + (counts.get(`${day} ${channel}`) ?? 0), 0)
    const [mobile, web] = [sumOf('mobile'), sumOf('web')]
    const logins = mobile + web
    return logins === 0 ? [] : [{ day: days[0]!, mobile, logins, share: mobile / logins }]
  })
}

/** The sums of each month (`2016-02`) by kind. */
export function monthSums(rows: readonly DayCount[]): Map<string, Map<string, number>> {
  const months = new Map<string, Map<string, number>>()
  for (const { day, kind, events } of rows) {
    const month = months.get(day.slice(0, 7)) ?? new Map<string, number>()
    month.set(kind, (month.get(kind) ?? 0) + events)
    months.set(day.slice(0, 7), month)
  }
  return months
}
