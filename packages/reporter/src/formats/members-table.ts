import type { MembersRow } from '../members.ts'
import { formatCount, NO_FIGURE } from './numbers.ts'
import { SUPPRESSED_NOTE } from './suppressed.ts'
import { type Column, type Paint, renderTable } from './table.ts'

interface MembersTable {
  byRegion: boolean
  paint: Paint
}

/** The rows, and how to read them. */
export function renderMembersTable(rows: readonly MembersRow[], { byRegion, paint }: MembersTable): string {
  const region: Column<MembersRow> = { title: 'Region', text: (row) => row.region ?? NO_FIGURE }
  const columns: Column<MembersRow>[] = [
    { title: 'Period', text: (row) => row.period },
    ...(byRegion ? [region] : []),
    { title: 'Active members', align: 'right', text: (row) => formatCount(row.members) },
  ]
  const notes = [
    'A member counts once in each row: rows must not be added up.',
    rows.some(({ method }) => method === 'estimated') ? ESTIMATED : 'Counted exactly, from the raw events.',
    ...(rows.some(({ suppressed }) => suppressed) ? [SUPPRESSED_NOTE] : []),
  ]
  return `${renderTable(columns, rows, paint)}\n${notes.join('\n')}\n`
}

const ESTIMATED = 'Above 511 these are estimates with a standard error of 0.8%.'
