/**
 * An order of `counts[0]` things of category 0, `counts[1]` of category 1, and so on, in which every run of things has
 * nearly the categories' shares and the whole has their counts exactly. Any run can be had without those before it.
 *
 * The things lie in a row, category by category, and are visited in steps of a fixed length around the row (a Kronecker
 * sequence). A step that has no divisor in common with the number of things visits each of them once.
 */
export interface Arrangement {
  /** Adds `category * factor` to each element of `target`, for the things from `first` on. */
  addTo(target: Uint8Array, first: number, factor: number): void
}

interface ArrangementOptions {
  counts: readonly number[]
  /** The step as a fraction of the whole. Two arrangements are independent of each other if no ratio of their steps is simple. */
  step: number
  /** Where in the row to begin. */
  offset: number
}

export function createArrangement({ counts, step, offset }: ArrangementOptions): Arrangement {
  const bounds: number[] = []
  for (const count of counts) bounds.push((bounds.at(-1) ?? 0) + count)
  const length = bounds.at(-1) ?? 0
  const stride = coprimeFrom(Math.max(1, Math.floor(length * step)), length)
  return {
    addTo(target, first, factor) {
      if (target.length === 0) return
      // The product exceeds 2^53 at full scale.
      let position = Number((BigInt(first) * BigInt(stride) + BigInt(offset)) % BigInt(length))
      for (let index = 0; index < target.length; index++) {
        let category = 0
        while (position >= bounds[category]!) category++
        target[index] = target[index]! + category * factor
        position += stride
        if (position >= length) position -= length
      }
    },
  }
}

function coprimeFrom(candidate: number, length: number): number {
  while (greatestDivisor(candidate, length) !== 1) candidate++
  return candidate
}

function greatestDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
