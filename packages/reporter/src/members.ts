import { groupBy } from './group-by.ts'
import { regionsShown } from './suppression/shown-regions.ts'
import { isSmallCount } from './suppression/small-count.ts'

/** The distinct members of one period, or of one region in it. The field names are those of the exported files. */
export interface MembersRow {
  /** `2016-02-29`, `2016-02` or `2016`. */
  period: string
  /** Absent unless it was asked for; null where the regions of the period may not even be named. */
  region?: string | null
  /** Null where it is suppressed. */
  members: number | null
  suppressed: boolean
  /** From merged states, which above 511 members is an estimate, or from the raw events. */
  method: 'estimated' | 'exact'
}

/** Distinct members as they were counted. */
interface MembersCount {
  period: string
  /** Absent where all regions are counted together. */
  region?: string | undefined
  members: number
}

export interface MembersCounts {
  estimates: readonly MembersCount[]
  /** Shown in the place of the estimates. */
  exact?: readonly MembersCount[] | undefined
}

/** The rows of a report on the members of all regions together. These are shown, however few they are. */
export function membersRows({ estimates, exact }: MembersCounts): MembersRow[] {
  const method = exact === undefined ? 'estimated' : 'exact'
  return (exact ?? estimates).map(({ period, members }) => ({ period, members, suppressed: false, method }))
}

/**
 * The rows of a report on members by region, in which small counts are suppressed, and what would give them away.
 *
 * The estimates decide which, where exact counts are shown too: the same cells are hidden in both, so that nothing can be
 * told from the two together.
 */
export function membersByRegionRows({ estimates, exact = estimates }: MembersCounts): MembersRow[] {
  const method = exact === estimates ? 'estimated' : 'exact'
  const estimated = new Map(estimates.map((count) => [keyOf(count), count.members]))
  const decisive = (count: MembersCount) =>
    isSmallCount(count.members) ? count.members : (estimated.get(keyOf(count)) ?? count.members)
  return [...groupBy(exact, ({ period }) => period)].flatMap(([period, counts]): MembersRow[] => {
    const regions = counts.map((count) => ({ region: count.region ?? '', members: decisive(count) }))
    const shown = regionsShown(regions)
    if (shown === null) return [{ period, region: null, members: null, suppressed: true, method }]
    return counts.map(({ region = '', members }) => {
      const suppressed = !shown.has(region)
      return { period, region, members: suppressed ? null : members, suppressed, method }
    })
  })
}

function keyOf({ period, region }: MembersCount): string {
  return `${period} ${region}`
}
