import type { AnnualRow } from '../../annual.ts'
import { daysOfYears } from '../../calendar.ts'
import { dailyInteractionsChart } from '../../charts/daily-interactions.ts'
import { MOBILE_SHARE_METRIC, mobileShareChart } from '../../charts/mobile-share.ts'
import type { ChartSpecification } from '../../charts/specification.ts'
import { PAGE_COLOURS } from '../../charts/theme.ts'
import { yearOverYearChart } from '../../charts/year-over-year.ts'
import type { DailyCount } from '../../counts.ts'
import { annualColumns, annualNotes } from '../annual-table.ts'
import { createPaint } from '../table.ts'
import { renderCharts } from './charts.ts'
import { renderHtmlDefinitions } from './definitions.ts'
import { type Origin, renderDocument } from './document.ts'
import { renderHeadline } from './headline.ts'
import { html, type Html } from './html.ts'
import { renderHtmlTable } from './table.ts'

interface AnnualPage {
  /** By metric and year. */
  rows: readonly AnnualRow[]
  /** That were asked for, ascending. */
  years: readonly number[]
  /** The days of these years, by kind. */
  days: readonly DailyCount[]
  origin: Origin
}

/** The annual figures as a page: the latest year's headline, every year's table, the charts, and the definitions. */
export async function renderAnnualPage({ rows, years, days, origin }: AnnualPage): Promise<string> {
  const { from, to } = daysOfYears(years)
  const title = `Annual figures ${nameYears(years)}`
  const source = `From the daily counts of ${from} to ${to}, compared with those of the year before.`
  const provenance = { source, ...origin }
  if (rows.length === 0) return renderDocument({ title, provenance, sections: [html`<p>There are no events.</p>`] })
  const sections = [
    renderHeadline(rows),
    renderFigures(rows),
    await renderCharts(chartsOf(rows, days)),
    renderHtmlDefinitions(rows),
  ]
  return renderDocument({ title, provenance, sections })
}

function nameYears(years: readonly number[]): string {
  const [first, last] = [years.at(0), years.at(-1)]
  if (first === last) return String(first)
  return Number(last) - Number(first) === years.length - 1 ? `${first}–${last}` : years.join(', ')
}

function renderFigures(rows: readonly AnnualRow[]): Html {
  return html`<section aria-labelledby="figures">
    <h2 id="figures">All figures</h2>
    ${renderHtmlTable('Each metric by year', annualColumns(rows, createPaint(false)), rows)}${renderNotes(rows)}
  </section>`
}

function renderNotes(rows: readonly AnnualRow[]): Html {
  const notes = annualNotes(rows).map((note) => html`<li>${note}</li>`)
  return notes.length === 0
    ? html``
    : html`<ul class="notes">
        ${notes}
      </ul>`
}

/** Only those that have something to show. */
function chartsOf(rows: readonly AnnualRow[], days: readonly DailyCount[]): ChartSpecification[] {
  const known = rows.filter(({ value }) => value !== null)
  return [
    ...(days.length > 0 ? [dailyInteractionsChart(days, PAGE_COLOURS)] : []),
    ...(known.some(({ unit }) => unit !== 'share') ? [yearOverYearChart(rows, PAGE_COLOURS)] : []),
    ...(known.some(({ metric }) => metric === MOBILE_SHARE_METRIC) ? [mobileShareChart(rows, PAGE_COLOURS)] : []),
  ]
}
