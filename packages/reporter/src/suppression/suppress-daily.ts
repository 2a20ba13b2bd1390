import type { Dimension } from '@caretally/clickhouse'

import type { Day } from '../calendar.ts'
import type { DailyCount, ShownCount } from '../counts.ts'
import { groupBy } from '../group-by.ts'
import { type RegionMembers, regionsBrokenDown, regionsShown } from './shown-regions.ts'

interface DailyByRegion {
  /** They hold the region. */
  by: readonly Dimension[]
  /** Whether the counts are by anything besides the region, or of some kinds or channels only. */
  isBrokenDown: boolean
  counts: readonly DailyCount[]
  /** Those that stand behind the counts; a region that is missing here is taken for one that has few. */
  regions: readonly (RegionMembers & { day: Day })[]
}

/**
 * The counts of each day, those of events of few people suppressed: few events are few people, and whoever can count the
 * events of a small place can often guess whose they are.
 *
 * A region whose counts may not be shown has one row a day in their place, however it would have been broken down: which
 * combinations it has is not told either. Where no region may be named, one row stands for them all.
 */
export function suppressDaily({ by, isBrokenDown, counts, regions }: DailyByRegion): ShownCount[] {
  const decide = isBrokenDown ? regionsBrokenDown : regionsShown
  const regionsByDay = groupBy(regions, ({ day }) => day)
  return [...groupBy(counts, ({ day }) => day)].flatMap(([day, counts]) => {
    const shown = decide(regionsByDay.get(day) ?? [])
    if (shown === null) return [suppressedRow(by, day, null)]
    const isShown = ({ region = '' }: DailyCount) => shown.has(region)
    const hidden = new Set(counts.filter((count) => !isShown(count)).map(({ region = '' }) => region))
    return [
      ...counts.filter(isShown).map((count) => ({ ...count, suppressed: false })),
      ...[...hidden].map((region) => suppressedRow(by, day, region)),
    ]
  })
}

function suppressedRow(by: readonly Dimension[], day: Day, region: string | null): ShownCount {
  const dimensions = Object.fromEntries(by.map((dimension) => [dimension, dimension === 'region' ? region : null]))
  return { day, ...dimensions, events: null, quantity: null, suppressed: true }
}
