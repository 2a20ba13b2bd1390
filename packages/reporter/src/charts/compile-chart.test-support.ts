import { compile } from 'vega-lite'

import type { ChartSpecification } from './specification.ts'

/** What vega-lite has to say against a chart; nothing when it is well made. */
export function warningsOf(chart: ChartSpecification): unknown[] {
  const warnings: unknown[] = []
  const warn = (...messages: readonly unknown[]) => {
    warnings.push(...messages)
    return logger
  }
  const logger = { level: () => logger, error: warn, warn, info: () => logger, debug: () => logger }
  compile(chart, { logger })
  return warnings
}

/** The values that a chart draws. */
export function valuesOf(chart: ChartSpecification): unknown {
  return chart.data && 'values' in chart.data ? chart.data.values : undefined
}
