import { isSmallCount } from './small-count.ts'
import { suppressLine } from './suppress-line.ts'

/** The people behind the counts of a region in one period. */
export interface RegionMembers {
  region: string
  /** Distinct ones, whatever they did. */
  members: number
  /** Those of the kind, channel and detail that has the fewest of them. */
  fewest_members: number
}

/**
 * The regions whose counts may be shown, not broken down any further. Null when no region may be named.
 *
 * Their people decide, where events are counted too: every report of a period hides the same regions.
 */
export function regionsShown(regions: readonly Omit<RegionMembers, 'fewest_members'>[]): Set<string> | null {
  const hidden = suppressLine(regions.map(({ members }) => members))
  return hidden && new Set(regions.filter((_, cell) => !hidden[cell]).map(({ region }) => region))
}

/**
 * The regions whose counts may be shown by kind, channel or detail too. Null when no region may be named.
 *
 * All breakdowns of a region are shown, or none: of several that are each harmless, one can be subtracted from another. None
 * is when a combination of kind, channel and detail has few people. Nor are those of its neighbours in size then: whoever
 * subtracts what is shown from the counts of all regions gets theirs together. Neighbours are the same ones whichever of
 * them has few, so the rule does not tell which it is.
 */
export function regionsBrokenDown(regions: readonly RegionMembers[]): Set<string> | null {
  const shown = regionsShown(regions)
  if (shown === null) return null
  const mayBeShown = ({ region, fewest_members }: RegionMembers) => shown.has(region) && !isSmallCount(fewest_members)
  const open = neighboursInSize(regions).filter((neighbours) => neighbours.every(mayBeShown))
  if (regions.length === 1 && open.length === 0) return null // it has all the counts of all regions
  return new Set(open.flat().map(({ region }) => region))
}

/** The regions in twos from the largest down; where their number is odd, the smallest are three. */
function neighboursInSize(regions: readonly RegionMembers[]): RegionMembers[][] {
  const descending = regions.toSorted((a, b) => b.members - a.members)
  const pairs = Math.max(1, Math.floor(descending.length / 2))
  return Array.from({ length: pairs }, (_, pair) =>
    descending.slice(2 * pair, pair === pairs - 1 ? descending.length : 2 * pair + 2),
  )
}
