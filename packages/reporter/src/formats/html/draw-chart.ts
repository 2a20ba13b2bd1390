import type { TopLevelSpec } from 'vega-lite'

import type { ChartSpecification } from '../../charts/specification.ts'
import { html, type Html, trustHtml } from './html.ts'

/**
 * The chart as a figure with its title and description. It is drawn here, so that the page needs no script.
 *
 * @param id unique within the page
 */
export async function drawChart({ title, description, ...chart }: ChartSpecification, id: string): Promise<Html> {
  const { width, height, drawing } = await drawSvg(chart)
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${description}</p>
    </figcaption>
    <svg
      role="img"
      aria-labelledby="${id}-title ${id}-description"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      <title id="${id}-title">${title}</title>
      <desc id="${id}-description">${description}</desc>
      ${drawing}
    </svg>
  </figure>`
}

/** A bar's own description would repeat what the table says, in most of the file. */
const WITHOUT_ARIA = { aria: false }

interface Drawing {
  width: number
  height: number
  /** What is within the svg element. Vega escapes all texts. */
  drawing: Html
}

/** Vega is loaded only here: it takes longer than everything else that a report does. */
async function drawSvg(chart: TopLevelSpec): Promise<Drawing> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const view = new vega.View(vega.parse(compile(chart, { config: WITHOUT_ARIA }).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  const [, width, height, drawing = ''] = /^<svg [^>]* viewBox="0 0 ([\d.]+) ([\d.]+)">(.*)<\/svg>$/s.exec(svg) ?? []
  return { width: Number(width), height: Number(height), drawing: trustHtml(drawing) }
}
