import type { Tally } from './tally.ts'

/** Events of a day, kind, channel and region, as a database has counted them. */
export interface CountedCell {
  day: string
  kind: string
  channel: string
  region: string
  events: number
}

/** By how much a count differs from a tally. */
export interface TallyDifference {
  /** Cells of day, kind, channel and region that differ. */
  cells: number
  /** Events that are missing in a cell or too many, over all cells. */
  events: number
}

/** Holds counts against a tally, cell by cell. A cell may be counted in several rows, and one of no events need not be there. */
export function differenceFrom(tally: Tally, counted: Iterable<CountedCell>): TallyDifference {
  const differences = new Map<string, number>()
  const add = (cell: string, events: number) => differences.set(cell, (differences.get(cell) ?? 0) + events)
  for (const { date, kind, channel, region, events } of tally.entries())
    add(`${date} ${kind} ${channel} ${region}`, -events)
  for (const { day, kind, channel, region, events } of counted) add(`${day} ${kind} ${channel} ${region}`, events)
  const differing = [...differences.values()].filter((difference) => difference !== 0)
  return { cells: differing.length, events: differing.reduce((sum, difference) => sum + Math.abs(difference), 0) }
}
