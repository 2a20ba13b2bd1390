import type { HistoryRow } from '../publication/history.ts'
import { NO_FIGURE } from './numbers.ts'
import { type Column, headedOnce, type Paint, renderTable } from './table.ts'

/** Each figure with its revisions beneath one another. */
export function renderHistoryTable(rows: readonly HistoryRow[], paint: Paint): string {
  return renderTable(headedOnce(historyColumns(paint), rows, nameOf), rows, paint)
}

/** What a table of published figures shows, whatever its format. */
export function historyColumns(paint: Paint): [Column<HistoryRow>, ...Column<HistoryRow>[]] {
  return [
    { title: 'Metric', text: nameOf },
    { title: 'Revision', align: 'right', text: (row) => String(row.revision) },
    { title: 'Published (UTC)', text: (row) => row.published_at.slice(0, 19).replace('T', ' ') },
    { title: 'Value', align: 'right', text: (row) => number(row.value) },
    { title: 'Change', align: 'right', text: (row) => change(row.value_change) },
    { title: 'Events', align: 'right', text: (row) => number(row.events) },
    { title: 'Change', align: 'right', text: (row) => change(row.events_change) },
    { title: 'Status', text: (row) => paint(row.status === 'final' ? 'green' : 'yellow', row.status) },
  ]
}

function nameOf({ metric, version }: HistoryRow): string {
  return `${metric} v${version}`
}

const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })
const signed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3, signDisplay: 'exceptZero' })

function number(value: number | null): string {
  return value === null ? NO_FIGURE : plain.format(value)
}

function change(value: number | null): string {
  return value === null ? NO_FIGURE : signed.format(value)
}
