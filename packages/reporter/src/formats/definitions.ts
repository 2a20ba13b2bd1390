import type { Paint } from './table.ts'

interface Defined {
  metric: string
  version: number
  title: string
  unit: string
  definition: string
}

/** The definition of each metric that occurs, once, with the name and version under which the figures are exported. */
export function renderDefinitions(rows: readonly Defined[], paint: Paint): string {
  const byMetric = new Map(rows.map((row) => [`${row.metric} v${row.version}`, row]))
  const entries = [...byMetric].map(([name, { title, unit, definition }]) => {
    const head = `${paint('bold', title)} ${paint('dim', `(${name}, in ${unit === 'share' ? 'percent' : unit})`)}`
    return `  ${head}\n    ${definition}\n`
  })
  return entries.length === 0 ? '' : `${paint('bold', 'Definitions')}\n${entries.join('')}`
}
