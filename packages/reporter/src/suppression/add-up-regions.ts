import type { Dimension } from '@caretally/clickhouse'

import type { ShownCount } from '../counts.ts'
import { groupBy } from '../group-by.ts'

/**
 * The counts of several regions together, by the dimensions of `by`. A day on which one of them is suppressed is suppressed as
 * a whole: without it the sum would be wrong, and with it the region could be told from those that are shown.
 */
export function addUpRegions(rows: readonly ShownCount[], by: readonly Dimension[]): ShownCount[] {
  return [...groupBy(rows, ({ day }) => day)].flatMap(([day, ofDay]): ShownCount[] => {
    if (ofDay.some(({ suppressed }) => suppressed)) {
      const dimensions = Object.fromEntries(by.map((dimension) => [dimension, null]))
      return [{ day, ...dimensions, events: null, quantity: null, suppressed: true }]
    }
    return [...groupBy(ofDay, (row) => by.map((dimension) => row[dimension]).join('\0')).values()].map((cells) => {
      const dimensions = Object.fromEntries(by.map((dimension) => [dimension, cells[0]?.[dimension]]))
      const sumOf = (measure: 'events' | 'quantity') => cells.reduce((sum, cell) => sum + (cell[measure] ?? 0), 0)
      return { day, ...dimensions, events: sumOf('events'), quantity: sumOf('quantity'), suppressed: false }
    })
  })
}
