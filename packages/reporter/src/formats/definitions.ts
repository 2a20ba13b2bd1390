import type { Metric } from '../metrics.ts'
import type { Paint } from './table.ts'

/** What is told of a metric beneath its figures. */
export interface Defined {
  metric: string
  version: number
  title: string
  unit: string
  definition: string
}

/** The definition of each metric that occurs, once, with the name and version under which the figures are exported. */
export function renderDefinitions(rows: readonly Defined[], paint: Paint): string {
  const entries = distinctDefinitions(rows).map((row) => {
    const head = `${paint('bold', row.title)} ${paint('dim', `(${nameOf(row)}, in ${unitOf(row)})`)}`
    return `  ${head}\n    ${row.definition}\n`
  })
  return entries.length === 0 ? '' : `${paint('bold', 'Definitions')}\n${entries.join('')}`
}

/** One row of each metric and version that occurs. */
export function distinctDefinitions<Row extends Defined>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [nameOf(row), row])).values()]
}

/** The name and version under which the figures are exported, such as `logins v1`. */
export function nameOf({ metric, version }: Defined): string {
  return `${metric} v${version}`
}

/** The unit in which the figures are shown: a share is written in percent. */
export function unitOf({ unit }: Defined): string {
  return unit === 'share' ? 'percent' : unit
}

/** A metric under the field names of the exported files. */
export function toDefinition({ id, version, title, unit, counts, definition }: Metric) {
  return { metric: id, version, title, unit, counts, definition }
}
