import type { AnnualRow } from '../annual.ts'
import type { YearStatus } from '../status.ts'
import { renderDefinitions } from './definitions.ts'
import { formatChange, formatOneDecimal, formatValue, formatWhole } from './numbers.ts'
import { type Column, type Paint, renderTable } from './table.ts'

/** The rows, what has to be known to read them rightly, and the definition of each metric. */
export function renderAnnualTable(rows: readonly AnnualRow[], paint: Paint): string {
  const notes = annualNotes(rows).map((note) => `${note}\n`)
  const sections = [renderTable(columns(rows, paint), rows, paint), notes.join(''), renderDefinitions(rows, paint)]
  return sections.filter((section) => section !== '').join('\n')
}

function columns(rows: readonly AnnualRow[], paint: Paint): Column<AnnualRow>[] {
  const beginsMetric = new Set(rows.filter((row, index) => row.metric !== rows[index - 1]?.metric))
  const [metric, ...others] = annualColumns(paint)
  return [{ ...metric, text: (row) => (beginsMetric.has(row) ? row.title : '') }, ...others]
}

/** What a table of annual figures shows, whatever its format. */
export function annualColumns(paint: Paint): [Column<AnnualRow>, ...Column<AnnualRow>[]] {
  return [
    { title: 'Metric', text: (row) => row.title },
    { title: 'Year', text: (row) => String(row.year) },
    { title: 'Value', align: 'right', text: (row) => formatValue(row.value, row.unit) },
    { title: 'Per day', align: 'right', text: (row) => formatOneDecimal(row.per_day) },
    { title: 'Year before', align: 'right', text: (row) => formatValue(row.previous, row.unit) },
    { title: 'Change', align: 'right', text: (row) => formatChange(row.change_pct) },
    { title: 'Change per day', align: 'right', text: (row) => formatChange(row.per_day_change_pct) },
    { title: 'Days', align: 'right', text: (row) => `${row.days} of ${row.days_in_year}` },
    { title: 'Status', text: (row) => paint(row.status === 'final' ? 'green' : 'yellow', row.status) },
  ]
}

/** What the figures alone would hide, a sentence or two each; none when there is nothing to say. */
export function annualNotes(rows: readonly AnnualRow[]): string[] {
  const notes = [
    ...rows.flatMap(({ year, status, days, days_in_year }) => noteOnStatus(year, status, days_in_year - days)),
    ...rows.flatMap(({ year, previous_status }) => noteOnPrevious(year, previous_status)),
    ...rows.flatMap(({ unit, change_pct }) =>
      unit === 'share' && change_pct !== null ? ['The change of a share is relative, not in percentage points.'] : [],
    ),
  ]
  return [...new Set(notes)]
}

function noteOnStatus(year: number, status: YearStatus, daysMissing: number): string[] {
  if (status === 'final') return []
  const reason = status === 'provisional' ? 'its events are still coming in' : daysWithoutEvents(daysMissing)
  return [`${year} is ${status}, ${reason}: compare it by "Change per day".`]
}

function daysWithoutEvents(days: number): string {
  return days === 1 ? '1 of its days has no event' : `${formatWhole(days)} of its days have no event`
}

function noteOnPrevious(year: number, previousStatus: YearStatus | null): string[] {
  if (previousStatus === null || previousStatus === 'final') return []
  return [`${year} is compared with ${year - 1}, which is ${previousStatus}: go by "Change per day".`]
}
