import { isSmallCount, SMALL_COUNT_MAX } from './small-count.ts'

/** Two at least: the difference between the total and what is shown is then never one count. */
const HIDDEN_CELLS_MIN = 2

/**
 * Which cells of a line to hide. A line is counts of people that add up to a total that everybody can know: the regions of
 * one period. Every small count is hidden, and as many of the next smallest as it takes until whoever subtracts what is shown
 * from the total must allow for each number from 1 to {@link SMALL_COUNT_MAX} in each hidden cell. That follows from what can
 * be seen alone:
 *
 * - the hidden counts leave room for it above: their sum, less one person for each other cell, is at least that number;
 * - and below: as large as the smallest count that is shown, the other cells could make up the sum but for one person.
 *
 * Whoever also knows this rule learns that fewer hidden cells would not have done. A property test tries that, and finds
 * three candidates or more for each small count.
 *
 * @returns for each cell whether it is hidden; null when even hiding all is not enough, and no cell may then be named
 */
export function suppressLine(counts: readonly number[]): boolean[] | null {
  const ascending = counts.map((count, cell) => ({ count, cell })).sort((a, b) => a.count - b.count)
  const smallCells = counts.filter(isSmallCount).length
  if (smallCells === 0) return counts.map(() => false)
  for (let size = Math.max(smallCells, HIDDEN_CELLS_MIN); size <= counts.length; size++) {
    const hidden = ascending.slice(0, size)
    const smallestShown = ascending[size]?.count ?? Infinity
    if (!isUncertain(hidden, smallestShown)) continue
    const cells = new Set(hidden.map(({ cell }) => cell))
    return counts.map((_, cell) => cells.has(cell))
  }
  return null
}

function isUncertain(hidden: readonly { count: number }[], smallestShown: number): boolean {
  const sum = hidden.reduce((total, { count }) => total + count, 0)
  const others = hidden.length - 1
  return sum - others >= SMALL_COUNT_MAX && sum - others * smallestShown <= 1
}
