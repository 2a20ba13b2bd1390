import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile, type TopLevelSpec } from 'vega-lite'

import type { ChartLook } from './charts.ts'
import { element } from './elements.ts'

/** A place for a chart, which it fills in width and draws anew when the width or the colour scheme changes. */
export interface ChartView {
  /** Draws it, if it is not there already; the old one stays until the new one is complete. */
  show(draw: (look: ChartLook) => TopLevelSpec): Promise<void>
}

const dark = matchMedia('(prefers-color-scheme: dark)')

export function createChartView(container: HTMLElement): ChartView {
  const tip = element('div', { class: 'tip', hidden: '' })
  const state: { draw?: (look: ChartLook) => TopLevelSpec; drawn?: string; view?: View; turn: number } = { turn: 0 }

  async function redraw(): Promise<void> {
    if (state.draw === undefined || container.clientWidth === 0) return
    const spec = state.draw({ width_px: container.clientWidth, scheme: dark.matches ? 'dark' : 'light' })
    const text = JSON.stringify(spec)
    if (text === state.drawn) return
    state.drawn = text
    const turn = ++state.turn
    const holder = element('div', { 'aria-hidden': 'true' }) // its container says what it shows
    // The interpreter walks the expressions: nothing is evaluated as code, as the page's policy demands.
    const view = new View(parse(compile(spec).spec, undefined, { ast: true }), {
      expr: expressionInterpreter,
      renderer: 'svg',
      hover: true,
      tooltip: (_: unknown, event: MouseEvent, __: unknown, value: unknown) => showTip(tip, container, event, value),
    })
    await view.initialize(holder).runAsync()
    if (turn !== state.turn) {
      view.finalize()
      return
    }
    state.view?.finalize()
    state.view = view
    container.replaceChildren(holder, tip)
  }

  dark.addEventListener('change', () => void redraw())
  new ResizeObserver(() => void redraw()).observe(container)
  return {
    show(draw) {
      state.draw = draw
      return redraw()
    },
  }
}

const TIP_GAP_PX = 14

/** The figures under the pointer, one a line, as text whatever they are; nothing hides it. */
function showTip(tip: HTMLElement, container: HTMLElement, event: MouseEvent, value: unknown): void {
  tip.hidden = typeof value !== 'object' || value === null
  const lines = Object.entries(value ?? {}).map(([name, figure]) => element('div', {}, `${name}: ${String(figure)}`))
  tip.replaceChildren(...lines)
  const { left, top, width } = container.getBoundingClientRect()
  const x = event.clientX - left
  const fits = x + TIP_GAP_PX + tip.offsetWidth <= width
  tip.style.left = `${Math.max(0, fits ? x + TIP_GAP_PX : x - TIP_GAP_PX - tip.offsetWidth)}px`
  tip.style.top = `${event.clientY - top}px`
}
