import type { Config, TopLevelSpec } from 'vega-lite'

import type { Theme } from './theme.ts'

/** A vega-lite chart with its data. Title and description tell it to those who do not see it. */
export type ChartSpecification = TopLevelSpec & { title: string; description: string }

/** A chart of one layer, to which others may be added. */
export type UnitChartSpecification = Extract<TopLevelSpec, { mark: unknown }> & ChartSpecification

/** What all charts look like. */
export function chartConfig({ background, text, faint, line }: Theme): Config {
  return {
    background,
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    axis: {
      domainColor: line,
      gridColor: line,
      tickColor: line,
      labelColor: faint,
      labelFontSize: 12,
      titleColor: faint,
      titleFontSize: 12,
      titleFontWeight: 'normal',
    },
    legend: { labelColor: text, labelFontSize: 12, labelLimit: 0, symbolStrokeWidth: 0 },
    title: { color: text, fontSize: 15, anchor: 'start' },
    text: { color: text, fontSize: 12 },
  }
}

/** Vega's labels of large numbers, but for its G for a billion and its 0k. */
export const COMPACT_AXIS = { format: '~s', labelExpr: "datum.value === 0 ? '0' : replace(datum.label, 'G', 'B')" }

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** 248148000 → `248M`. */
export function formatCompact(value: number): string {
  return compact.format(value)
}
