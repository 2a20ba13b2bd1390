import type { Metric } from '../../metrics.ts'
import { toDefinition } from '../definitions.ts'
import { renderHtmlDefinitions } from './definitions.ts'
import { renderDocument } from './document.ts'

/** The definitions of the annual figures as a page. */
export function renderMetricsPage(metrics: readonly Metric[]): string {
  return renderDocument({ title: 'Metrics', sections: [renderHtmlDefinitions(metrics.map(toDefinition))] })
}
