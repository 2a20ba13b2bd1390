import type { Dimension } from '@caretally/clickhouse'

import type { DailyRow } from '../counts.ts'
import { formatCount, formatWhole, NO_FIGURE } from './numbers.ts'
import { SUPPRESSED_NOTE } from './suppressed.ts'
import { type Column, type Paint, renderTable } from './table.ts'

/** The rows, their sum, and what the two measures count. */
export function renderDailyTable(rows: readonly DailyRow[], by: readonly Dimension[], paint: Paint): string {
  const columns: Column<DailyRow>[] = [
    { title: 'Day', text: (row) => row.day },
    ...by.map((dimension) => ({ title: TITLES[dimension], text: (row: DailyRow) => row[dimension] ?? NO_FIGURE })),
    { title: 'Events', align: 'right', text: (row) => formatCount(row.events) },
    { title: 'Quantity', align: 'right', text: (row) => formatCount(row.quantity) },
  ]
  const days = new Set(rows.map(({ day }) => day)).size
  const events = rows.reduce((total, row) => total + (row.events ?? 0), 0)
  const isSuppressed = rows.some(({ suppressed }) => suppressed)
  const what = isSuppressed ? 'events are shown' : 'events'
  const total = `${formatWhole(events)} ${what} on ${formatWhole(days)} ${days === 1 ? 'day' : 'days'}.`
  const notes = [paint('bold', total), MEASURES, ...(isSuppressed ? [SUPPRESSED_NOTE] : [])]
  return `${renderTable(columns, rows, paint)}\n${notes.join('\n')}\n`
}

const TITLES: Record<Dimension, string> = { kind: 'Kind', channel: 'Channel', region: 'Region', detail: 'Detail' }

const MEASURES = `Events are interactions. Quantity counts the prescriptions of a refill, the results of a lab view, and 1 for others.`
