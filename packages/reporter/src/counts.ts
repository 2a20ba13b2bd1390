import type { Dimension } from '@caretally/clickhouse'

import type { Day } from './calendar.ts'
import type { DayStatus } from './status.ts'

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

/** What may be shown of a {@link DailyCount}: by region, and where the region is too small, its counts are suppressed. */
export interface ShownCount extends Partial<Record<Dimension, string | null | undefined>> {
  day: Day
  /** Null where it is suppressed. */
  events: number | null
  /** Null where it is suppressed. */
  quantity: number | null
  /** Only by region. */
  suppressed?: boolean | undefined
}

/** A row of a daily report. */
export interface DailyRow extends ShownCount {
  /** Whether events of the day may still arrive. */
  status: DayStatus
}

/** The counts of one year; the cells are as fine as any metric needs them. */
export interface AnnualSum extends Counts {
  year: number
  kind: string
  channel: string
  detail: string
}

/** Distinct members of a year, whatever they did: an estimate, see `active_members`. */
export interface AnnualMembers {
  year: number
  members: number
}

/** The days of a year that have at least one event, of any kind. */
export interface CountedDays {
  year: number
  days: readonly Day[]
}
