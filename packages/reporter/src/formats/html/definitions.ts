import { type Defined, distinctDefinitions, nameOf, unitOf } from '../definitions.ts'
import { html, type Html } from './html.ts'

/** The definition of each metric that occurs, once. */
export function renderHtmlDefinitions(rows: readonly Defined[]): Html {
  const entries = distinctDefinitions(rows).map(
    (row) =>
      html`<div>
        <dt>${row.title} <span class="faint">${nameOf(row)}, in ${unitOf(row)}</span></dt>
        <dd>${row.definition}</dd>
      </div>`,
  )
  return html`<section aria-labelledby="definitions">
    <h2 id="definitions">Definitions</h2>
    <dl>${entries}</dl>
  </section>`
}
