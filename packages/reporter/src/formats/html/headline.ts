import type { AnnualRow } from '../../annual.ts'
import { HEADLINES } from '../../headlines.ts'
import { formatChange, formatOneDecimal, formatValue } from '../numbers.ts'
import { html, type Html } from './html.ts'

/** The latest year's headline figures, or all of its figures when none of those are among them. */
export function renderHeadline(rows: readonly AnnualRow[]): Html {
  const year = Math.max(...rows.map((row) => row.year))
  const latest = rows.filter((row) => row.year === year)
  const headline = latest.filter(({ metric }) => HEADLINES.includes(metric))
  return html`<section aria-labelledby="headline">
    <h2 id="headline">${year} at a glance</h2>
    <ul class="figures">
      ${(headline.length > 0 ? headline : latest).map(renderFigure)}
    </ul>
  </section>`
}

function renderFigure(row: AnnualRow): Html {
  return html`<li>
    <h3>${row.title}</h3>
    <p class="value">${formatValue(row.value, row.unit)}</p>
    ${[renderChange(row), renderPerDay(row), renderStatus(row)]}
    <p class="definition">${row.definition}</p>
  </li>`
}

/** Totals are compared only when both years are complete; of the others the change per day tells more. */
function renderChange({ year, previous, unit, change_pct, status, previous_status }: AnnualRow): Html {
  const isComparable = unit === 'share' || (status === 'final' && previous_status === 'final')
  if (previous === null || !isComparable) return html``
  const from = unit === 'share' ? 'relative to' : 'from'
  return html`<p>${formatChange(change_pct)} ${from} ${formatValue(previous, unit)} in ${year - 1}</p>`
}

function renderPerDay({ year, per_day, per_day_change_pct }: AnnualRow): Html {
  if (per_day === null) return html``
  const change = per_day_change_pct === null ? '' : `, ${formatChange(per_day_change_pct)} from ${year - 1}`
  return html`<p>${formatOneDecimal(per_day)} a day${change}</p>`
}

function renderStatus({ status, days, days_in_year }: AnnualRow): Html {
  if (status === 'final') return html`<p class="faint">final</p>`
  return html`<p class="caution">${status}, ${days} of ${days_in_year} days</p>`
}
