import type { Dimension } from '@caretally/clickhouse'

import type { Day } from './calendar.ts'

export interface Counts {
  /** Interactions. */
  events: number
  /** Prescriptions of a refill, results of a lab view, 1 for any other interaction. */
  quantity: number
}

/** The counts of one day and of one value of each dimension that was asked for. */
export type DailyCount = { day: Day } & { [dimension in Dimension]?: string | undefined } & Counts

/** Counts only where each named dimension has one of the given values. */
export type DailyFilter = Partial<Record<'kind' | 'channel' | 'region', readonly string[]>>

/** The counts of one year; the cells are as fine as any metric needs them. */
export interface AnnualSum extends Counts {
  year: number
  kind: string
  channel: string
  detail: string
}

/** How many days of a year have at least one event, of any kind. */
export interface CountedDays {
  year: number
  days: number
}
