import fc from 'fast-check'
import { expect, test } from 'vitest'

import { judgeCoverage, joinRuns } from './coverage.ts'

const SIZE = 8

/** Rows of offsets of one partition, gathered as the query gathers them. */
function bucketsOf(rows: readonly number[]) {
  const indexes = [...new Set(rows.map((offset) => Math.floor(offset / SIZE)))].sort((a, b) => a - b)
  return indexes.map((bucket) => {
    const inside = rows.filter((offset) => Math.floor(offset / SIZE) === bucket)
    return { bucket, rows: inside.length, offsets: new Set(inside).size }
  })
}

test('every missing offset lies in a run that is looked at, every doubled one in another, and both are counted', () => {
  const log = fc.record({ first: fc.nat(30), length: fc.nat(60) }).chain(({ first, length }) =>
    fc.record({
      first: fc.constant(first),
      before: fc.constant(first + length),
      rows: fc
        .array(fc.nat(Math.max(0, length - 1)), { maxLength: length * 2 })
        .map((list) => list.map((row) => first + row)),
    }),
  )
  fc.assert(
    fc.property(log, ({ first, before, rows }) => {
      const all = Array.from({ length: before - first }, (_, index) => first + index)
      const missing = all.filter((offset) => !rows.includes(offset))
      const doubled = all.filter((offset) => rows.filter((row) => row === offset).length > 1)
      const { gaps, overlaps, ...counts } = judgeCoverage(bucketsOf(rows), first, before, SIZE)
      expect(counts).toEqual({ missing: missing.length, rowsTooMany: rows.length - (all.length - missing.length) })
      const lies = (runs: typeof gaps) => (offset: number) =>
        runs.some((run) => run.first <= offset && offset <= run.last)
      expect(missing.filter((offset) => !lies(gaps)(offset))).toEqual([])
      expect(doubled.filter((offset) => !lies(overlaps)(offset))).toEqual([])
      expect(gaps.length === 0).toBe(missing.length === 0)
      expect(overlaps.length === 0).toBe(doubled.length === 0)
    }),
  )
})

test('joined runs hold the same offsets, and no two of them touch', () => {
  const offsets = fc.uniqueArray(fc.nat(40)).map((list) => list.sort((a, b) => a - b))
  fc.assert(
    fc.property(offsets, (offsets) => {
      const joined = joinRuns(offsets.map((offset) => ({ first: offset, last: offset })))
      const inside = joined.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      )
      expect(inside).toEqual(offsets)
      expect(joined.every((run, index) => index === 0 || joined[index - 1]!.last + 1 < run.first)).toBe(true)
    }),
  )
})
