/** The middle of several measurements, and how far they lie apart. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** The median of an even number of values is the mean of the two in the middle. There is at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

/**
 * How many times theirs ours is: the ratio of the medians, and the least and the greatest ratio of one round. `ours` and
 * `theirs` are in the order of their rounds.
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  const { min, max } = spreadOf(ours.map((value, round) => value / theirs[round]!))
  return { median: spreadOf(ours).median / spreadOf(theirs).median, min, max }
}
