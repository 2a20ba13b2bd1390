import type { HistoryRow } from '../../publication/history.ts'
import { historyColumns } from '../history-table.ts'
import { createPaint } from '../table.ts'
import { type Origin, renderDocument } from './document.ts'
import { html } from './html.ts'
import { renderHtmlTable } from './table.ts'

interface HistoryPage {
  rows: readonly HistoryRow[]
  year: number
  origin: Origin
}

/** What was published of a year as a page. */
export function renderHistoryPage({ rows, year, origin }: HistoryPage): string {
  const table = renderHtmlTable('Each figure with its revisions', historyColumns(createPaint(false)), rows)
  const sections = [
    html`<section aria-labelledby="revisions">
      <h2 id="revisions">Revisions</h2>
      ${table}
    </section>`,
  ]
  const provenance = { source: `What was published of ${year}, the earliest revision first.`, ...origin }
  return renderDocument({ title: `Published figures of ${year}`, provenance, sections })
}
