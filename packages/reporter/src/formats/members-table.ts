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
  return `${renderTable(membersColumns(byRegion), rows, paint)}\n${membersNotes(rows).join('\n')}\n`
}

/** What a table of members shows, whatever its format. */
export function membersColumns(byRegion: boolean): [Column<MembersRow>, ...Column<MembersRow>[]] {
  const region: Column<MembersRow> = { title: 'Region', text: (row) => row.region ?? NO_FIGURE }
  return [
    { title: 'Period', text: (row) => row.period },
    ...(byRegion ? [region] : []),
    { title: 'Active members', align: 'right', text: (row) => formatCount(row.members) },
  ]
}

/** How to read the rows, a sentence each. */
export function membersNotes(rows: readonly MembersRow[]): string[] {
  return [
    'A member counts once in each row: rows must not be added up.',
    rows.some(({ method }) => method === 'estimated') ? ESTIMATED : 'Counted exactly, from the raw events.',
    ...(rows.some(({ suppressed }) => suppressed) ? [SUPPRESSED_NOTE] : []),
  ]
}

const ESTIMATED = 'Above 511 these are estimates with a standard error of 0.8%.'
