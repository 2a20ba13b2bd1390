import type { Dimension } from '@caretally/clickhouse'

import type { DailyCount } from '../counts.ts'
import { formatWhole } from './numbers.ts'
import { type Column, type Paint, renderTable } from './table.ts'

/** The rows, their sum, and what the two measures count. */
export function renderDailyTable(rows: readonly DailyCount[], by: readonly Dimension[], paint: Paint): string {
  return `${renderTable(dailyColumns(by), rows, paint)}\n${paint('bold', dailyTotal(rows))}\n${DAILY_MEASURES}\n`
}

/** What a table of daily counts shows, whatever its format. */
export function dailyColumns(by: readonly Dimension[]): [Column<DailyCount>, ...Column<DailyCount>[]] {
  return [
    { title: 'Day', text: (row) => row.day },
    ...by.map((dimension) => ({ title: TITLES[dimension], text: (row: DailyCount) => row[dimension] ?? '' })),
    { title: 'Events', align: 'right', text: (row) => formatWhole(row.events) },
    { title: 'Quantity', align: 'right', text: (row) => formatWhole(row.quantity) },
  ]
}

export function dailyTotal(rows: readonly DailyCount[]): string {
  const days = new Set(rows.map(({ day }) => day)).size
  const events = rows.reduce((total, row) => total + row.events, 0)
  return `${formatWhole(events)} events on ${formatWhole(days)} ${days === 1 ? 'day' : 'days'}.`
}

const TITLES: Record<Dimension, string> = { kind: 'Kind', channel: 'Channel', region: 'Region', detail: 'Detail' }

export const DAILY_MEASURES =
  'Events are interactions. Quantity counts the prescriptions of a refill, the results of a lab view, and 1 for others.'
