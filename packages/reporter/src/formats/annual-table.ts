import type { AnnualRow } from '../annual.ts'
import { hasRates } from '../reference/rates.ts'
import type { YearStatus } from '../status.ts'
import { renderDefinitions } from './definitions.ts'
import { formatChange, formatOneDecimal, formatThreeDecimals, formatValue, formatWhole } from './numbers.ts'
import { type Column, headedOnce, type Paint, renderTable } from './table.ts'

/** The rows, what has to be known to read them rightly, and the definition of each metric. */
export function renderAnnualTable(rows: readonly AnnualRow[], paint: Paint): string {
  const notes = annualNotes(rows).map((note) => `${note}\n`)
  const table = renderTable(
    headedOnce(annualColumns(rows, paint), rows, ({ metric }) => metric),
    rows,
    paint,
  )
  const sections = [table, notes.join(''), renderDefinitions(rows, paint)]
  return sections.filter((section) => section !== '').join('\n')
}

/** What a table of annual figures shows, whatever its format. */
export function annualColumns(rows: readonly AnnualRow[], paint: Paint): [Column<AnnualRow>, ...Column<AnnualRow>[]] {
  return [
    { title: 'Metric', text: (row) => row.title },
    { title: 'Year', text: (row) => String(row.year) },
    { title: 'Value', align: 'right', text: (row) => formatValue(row.value, row.unit) },
    { title: 'Per day', align: 'right', text: (row) => formatOneDecimal(row.per_day) },
    ...(hasRates(rows) ? RATE_COLUMNS : []),
    { title: 'Year before', align: 'right', text: (row) => formatValue(row.previous, row.unit) },
    { title: 'Change', align: 'right', text: (row) => formatChange(row.change_pct) },
    { title: 'Change per day', align: 'right', text: (row) => formatChange(row.per_day_change_pct) },
    { title: 'Days', align: 'right', text: (row) => `${row.days} of ${row.days_in_year}` },
    { title: 'Status', text: (row) => paint(row.status === 'final' ? 'green' : 'yellow', row.status) },
  ]
}

const RATE_COLUMNS: readonly Column<AnnualRow>[] = [
  { title: 'Per member', align: 'right', text: ({ per_member = null }) => formatThreeDecimals(per_member) },
  { title: 'Per physician', align: 'right', text: ({ per_physician = null }) => formatOneDecimal(per_physician) },
]

/** What the figures alone would hide, a sentence or two each; none when there is nothing to say. */
export function annualNotes(rows: readonly AnnualRow[]): string[] {
  const notes = [
    ...rows.flatMap(noteOnStatus),
    ...rows.flatMap(({ year, previous_status }) => noteOnPrevious(year, previous_status)),
    ...rows.flatMap(({ unit, change_pct }) =>
      unit === 'share' && change_pct !== null ? ['The change of a share is relative, not in percentage points.'] : [],
    ),
    ...rows.flatMap(noteOnReferenceShare),
    ...rows.flatMap(({ reference }) => (reference ? [`From the reference: ${reference}`] : [])),
  ]
  return [...new Set(notes)]
}

function noteOnStatus({ year, status, missing_days }: AnnualRow): string[] {
  if (status === 'final') return []
  const reasons = [
    ...(status === 'provisional' ? ['its events are still coming in'] : []),
    ...(missing_days === '' ? [] : [`there is no event on ${listMissing(missing_days)}`]),
  ]
  return [`${year} is ${status}, ${reasons.join(', and ')}: compare it by "Change per day".`]
}

/** More would fill the screen; the other formats have them all. */
const MISSING_LISTED_MAX = 6

/** `2016-02-29 2016-05-01/2016-05-07` → `2016-02-29, 2016-05-01 to 2016-05-07`. */
function listMissing(missing: string): string {
  const intervals = missing.split(' ')
  const listed = intervals.slice(0, MISSING_LISTED_MAX).map((interval) => interval.replace('/', ' to '))
  const more = intervals.length - listed.length
  return listed.join(', ') + (more > 0 ? `, and ${formatWhole(more)} times more` : '')
}

function noteOnReferenceShare({ year, title, unit, status, reference }: AnnualRow): string[] {
  if (unit !== 'share' || !reference || status === 'final') return []
  return [`"${title}" sets the days of ${year} that were counted against the reference's whole year.`]
}

function noteOnPrevious(year: number, previousStatus: YearStatus | null): string[] {
  if (previousStatus === null || previousStatus === 'final') return []
  return [`${year} is compared with ${year - 1}, which is ${previousStatus}: go by "Change per day".`]
}
