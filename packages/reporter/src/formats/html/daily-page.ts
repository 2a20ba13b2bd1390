import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'

import type { Day } from '../../calendar.ts'
import { dailyInteractionsChart } from '../../charts/daily-interactions.ts'
import { PAGE_COLOURS } from '../../charts/theme.ts'
import type { DailyCount } from '../../counts.ts'
import { DAILY_MEASURES, dailyColumns, dailyTotal } from '../daily-table.ts'
import { renderCharts } from './charts.ts'
import { type Origin, renderDocument } from './document.ts'
import { html } from './html.ts'
import { renderHtmlTable } from './table.ts'

interface DailyPage {
  rows: readonly DailyCount[]
  by: readonly Dimension[]
  from: Day
  to: Day
  origin: Origin
}

/** The daily counts as a page: their chart, by kind where they are broken down by it, and their table. */
export async function renderDailyPage({ rows, by, from, to, origin }: DailyPage): Promise<string> {
  const columns = dailyColumns(DIMENSIONS.filter((dimension) => by.includes(dimension)))
  const sections = [
    await renderCharts(rows.length > 0 ? [dailyInteractionsChart(rows, PAGE_COLOURS)] : []),
    html`<section aria-labelledby="days">
      <h2 id="days">Each day</h2>
      <p>${dailyTotal(rows)} ${DAILY_MEASURES}</p>
      ${renderHtmlTable('Counts of each day', columns, rows)}
    </section>`,
  ]
  const provenance = { source: `From the daily counts of ${from} to ${to}.`, ...origin }
  return renderDocument({ title: 'Daily counts', provenance, sections })
}
