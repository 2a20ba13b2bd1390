import type { Day } from '../../calendar.ts'
import type { MembersRow } from '../../members.ts'
import { membersColumns, membersNotes } from '../members-table.ts'
import { type Origin, renderDocument } from './document.ts'
import { html } from './html.ts'
import { renderHtmlTable } from './table.ts'

interface MembersPage {
  rows: readonly MembersRow[]
  byRegion: boolean
  from: Day
  to: Day
  origin: Origin
}

/** The active members as a page. */
export function renderMembersPage({ rows, byRegion, from, to, origin }: MembersPage): string {
  const sections = [
    html`<section aria-labelledby="members">
      <h2 id="members">Each period</h2>
      <p>${membersNotes(rows).join(' ')}</p>
      ${renderHtmlTable('Distinct members of each period', membersColumns(byRegion), rows)}
    </section>`,
  ]
  const provenance = { source: `From the days of ${from} to ${to}.`, ...origin }
  return renderDocument({ title: 'Active members', provenance, sections })
}
