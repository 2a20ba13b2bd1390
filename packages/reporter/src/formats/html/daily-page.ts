import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'

import type { Day } from '../../calendar.ts'
import { dailyInteractionsChart } from '../../charts/daily-interactions.ts'
import { PAGE_COLOURS } from '../../charts/theme.ts'
import type { DailyRow } from '../../counts.ts'
import { dailyColumns, dailyNotes, dailyTotal } from '../daily-table.ts'
import { renderCharts } from './charts.ts'
import { type Origin, renderDocument } from './document.ts'
import { html } from './html.ts'
import { renderHtmlTable } from './table.ts'

interface DailyPage {
  rows: readonly DailyRow[]
  by: readonly Dimension[]
  from: Day
  to: Day
  origin: Origin
}

/** The daily counts as a page: their chart, by kind where they are broken down by it, and their table. */
export async function renderDailyPage({ rows, by, from, to, origin }: DailyPage): Promise<string> {
  const columns = dailyColumns(DIMENSIONS.filter((dimension) => by.includes(dimension)))
  const shown = rows.flatMap(({ events, day, kind }) =>
    events === null ? [] : [{ day, kind: kind ?? undefined, events }],
  )
  const sections = [
    await renderCharts(shown.length > 0 ? [dailyInteractionsChart(shown, PAGE_COLOURS)] : []),
    html`<section aria-labelledby="days">
      <h2 id="days">Each day</h2>
      <p>${[dailyTotal(rows), ...dailyNotes(rows)].join(' ')}</p>
      ${renderHtmlTable('Counts of each day', columns, rows)}
    </section>`,
  ]
  const provenance = { source: `From the daily counts of ${from} to ${to}.`, ...origin }
  return renderDocument({ title: 'Daily counts', provenance, sections })
}
