import { suppressLine } from './suppress-line.ts'

/** The people behind the counts of a region in one period. */
export interface RegionMembers {
  region: string
  /** Distinct ones, whatever they did; at least one. */
  members: number
}

/**
 * The regions whose counts may be shown, not broken down any further. Null when no region may be named.
 *
 * It is decided by the people, whatever is counted of them: few events may be hidden then, and never those of few people shown.
 */
export function regionsShown(regions: readonly RegionMembers[]): Set<string> | null {
  const hidden = suppressLine(regions.map(({ members }) => members))
  return hidden && new Set(regions.filter((_, cell) => !hidden[cell]).map(({ region }) => region))
}
