import type { ChartSpecification } from '../../charts/specification.ts'
import { drawChart } from './draw-chart.ts'
import { html, type Html } from './html.ts'

/** The charts, one beneath the other; nothing without any. */
export async function renderCharts(charts: readonly ChartSpecification[]): Promise<Html> {
  if (charts.length === 0) return html``
  const figures = await Promise.all(charts.map((chart, index) => drawChart(chart, `chart-${index + 1}`)))
  return html`<section aria-labelledby="charts">
    <h2 id="charts">Charts</h2>
    ${figures}
  </section>`
}
