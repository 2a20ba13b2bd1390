import type { Run } from './ledger.ts'

/** What was found in the offsets `index` × the bucket's size and the following. */
export interface Bucket {
  bucket: number
  rows: number
  /** Distinct offsets. */
  offsets: number
}

export interface Coverage {
  /** Offsets without any row. */
  missing: number
  /** Rows that are more than one for their offset. */
  rowsTooMany: number
  /** Where to look for the missing ones: buckets that have some, and runs that no bucket covers. In order. */
  gaps: Run[]
  /** The buckets that have offsets with several rows. In order. */
  overlaps: Run[]
}

/** Holds the buckets of one partition, in order, against the offsets `first` to `before - 1` that they have to cover. */
export function judgeCoverage(buckets: readonly Bucket[], first: number, before: number, bucketSize: number): Coverage {
  const coverage: Coverage = { missing: 0, rowsTooMany: 0, gaps: [], overlaps: [] }
  const addGap = (gap: Run, missing: number) => {
    if (missing > 0) coverage.gaps.push(gap)
    coverage.missing += missing
  }
  let next = first
  for (const { bucket, rows, offsets } of buckets) {
    const start = Math.max(first, bucket * bucketSize)
    const end = Math.min(before, (bucket + 1) * bucketSize)
    addGap({ first: next, last: start - 1 }, start - next)
    addGap({ first: start, last: end - 1 }, end - start - offsets)
    if (rows > offsets) coverage.overlaps.push({ first: start, last: end - 1 })
    coverage.rowsTooMany += rows - offsets
    next = end
  }
  addGap({ first: next, last: before - 1 }, before - next)
  return coverage
}

/** Joins runs that touch; they come in order. A run of missing offsets may have been found in two halves. */
export function joinRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (const { first, last } of runs) {
    const previous = joined.at(-1)
    if (previous && previous.last + 1 === first) previous.last = last
    else joined.push({ first, last })
  }
  return joined
}
