import type { Kind } from '@caretally/events'

import type { Plan } from './plan.ts'

/** One of `of` parts of a replay, by its number from 0. */
export interface Share {
  index: number
  of: number
}

/** Some kinds of a day, in the order in which they were given. */
export interface DayShare {
  date: string
  kinds: readonly Kind[]
}

/**
 * The share's part of the days, in their order. Each day is dealt out by kinds, the greatest first, each to the share that has
 * the fewest events so far: so every event is in one share, and no share has more than another by more than one kind of one day.
 */
export function* daysOfShare(
  plan: Pick<Plan, 'quota'>,
  dates: readonly string[],
  kinds: readonly Kind[],
  { index, of }: Share,
): Generator<DayShare, void, void> {
  const dealt = new Float64Array(of)
  for (const date of dates) {
    const counts = new Map(kinds.map((kind) => [kind, plan.quota(date, kind).count]))
    const greatestFirst = kinds.toSorted((a, b) => counts.get(b)! - counts.get(a)!)
    const mine = new Set<Kind>()
    for (const kind of greatestFirst) {
      const least = dealt.indexOf(Math.min(...dealt))
      dealt[least] = dealt[least]! + counts.get(kind)!
      if (least === index) mine.add(kind)
    }
    if (mine.size > 0) yield { date, kinds: kinds.filter((kind) => mine.has(kind)) }
  }
}
