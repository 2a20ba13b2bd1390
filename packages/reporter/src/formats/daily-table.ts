import type { Dimension } from '@caretally/clickhouse'

import type { DailyRow } from '../counts.ts'
import { formatCount, formatWhole, NO_FIGURE } from './numbers.ts'
import { SUPPRESSED_NOTE } from './suppressed.ts'
import { type Column, type Paint, renderTable } from './table.ts'

/** The rows, their sum, and what the two measures count. */
export function renderDailyTable(rows: readonly DailyRow[], by: readonly Dimension[], paint: Paint): string {
  const notes = [paint('bold', dailyTotal(rows)), ...dailyNotes(rows)]
  return `${renderTable(dailyColumns(by), rows, paint)}\n${notes.join('\n')}\n`
}

/** What a table of daily counts shows, whatever its format. */
export function dailyColumns(by: readonly Dimension[]): [Column<DailyRow>, ...Column<DailyRow>[]] {
  return [
    { title: 'Day', text: (row) => row.day },
    ...by.map((dimension) => ({ title: TITLES[dimension], text: (row: DailyRow) => row[dimension] ?? NO_FIGURE })),
    { title: 'Events', align: 'right', text: (row) => formatCount(row.events) },
    { title: 'Quantity', align: 'right', text: (row) => formatCount(row.quantity) },
    { title: 'Status', text: (row) => row.status },
  ]
}

export function dailyTotal(rows: readonly DailyRow[]): string {
  const days = new Set(rows.map(({ day }) => day)).size
  const events = rows.reduce((total, row) => total + (row.events ?? 0), 0)
  const what = rows.some(({ suppressed }) => suppressed) ? 'events are shown' : 'events'
  return `${formatWhole(events)} ${what} on ${formatWhole(days)} ${days === 1 ? 'day' : 'days'}.`
}

/** How to read the rows, a sentence or two each. */
export function dailyNotes(rows: readonly DailyRow[]): string[] {
  return [MEASURES, ...(rows.some(({ suppressed }) => suppressed) ? [SUPPRESSED_NOTE] : [])]
}

const TITLES: Record<Dimension, string> = { kind: 'Kind', channel: 'Channel', region: 'Region', detail: 'Detail' }

const MEASURES =
  'Events are interactions. Quantity counts the prescriptions of a refill, the results of a lab view, and 1 for others.'
