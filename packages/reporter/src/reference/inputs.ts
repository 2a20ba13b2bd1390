import { CaretallyError } from '@caretally/runtime'

import { type Metric, neededFigure } from '../metrics.ts'
import { FIGURES, figuresOf, type Reference, type YearFigures } from './reference.ts'

/** Whether the reference's figures of a year have the one that the metric needs, if it needs any. */
export function hasInputs(metric: Metric, figures: YearFigures): boolean {
  const needed = neededFigure(metric)
  return needed === undefined || figures[needed] !== undefined
}

/** Those of `years` in which at least one of the metrics has what it needs. */
export function yearsWithInputs(
  metrics: readonly Metric[],
  years: readonly number[],
  reference: Reference | undefined,
): number[] {
  return years.filter((year) => metrics.some((metric) => hasInputs(metric, figuresOf(reference, year))))
}

/**
 * Refuses metrics that have no figure in any of `years`, whatever the events.
 *
 * @throws {CaretallyError} `reference_lacking`
 */
export function assertInputs(
  metrics: readonly Metric[],
  years: readonly number[],
  reference: Reference | undefined,
): void {
  for (const metric of metrics) {
    const needed = neededFigure(metric)
    if (needed === undefined || yearsWithInputs([metric], years, reference).length > 0) continue
    const message = `${metric.id} needs the ${FIGURES[needed]} of ${years.join(', ')}, which no reference gives`
    throw new CaretallyError('reference_lacking', message, { hint: `--reference names a file that has ${needed}` })
  }
}
