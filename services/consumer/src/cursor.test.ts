import type { RecordBatch } from '@caretally/kafka'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Breaker } from './breaker.ts'
import { Cursor } from './cursor.ts'
import { DuplicateWindow } from './duplicate-window.ts'
import { fetchFrom, logOf } from './log.test-support.ts'
import type { Range, RangeLimits } from './range.ts'
import { RangeRows } from './range-rows.ts'

const LIMITS = { offsets_max: 7, bytes_max: 1_000 }
const rows = new RangeRows()

/** Cuts a log that comes in fetches of so many batches into ranges, as a consumer does that writes every range. */
function consumeAll(
  cursor: Cursor,
  log: readonly RecordBatch[],
  fetches: readonly number[],
  limits: RangeLimits,
): Range[] {
  const state = { cursor, window: new DuplicateWindow(100), breaker: new Breaker({ offsets: 1, share_max: 1 }) }
  const ranges: Range[] = []
  for (let fetch = 0; cursor.position <= log.at(-1)!.last; fetch++) {
    const batches = cursor.gather(fetchFrom(log, cursor.position, fetches[fetch % fetches.length]!))
    const end = batches.at(-1)?.last ?? -1
    rows.open(0, batches, cursor.next)
    while (cursor.next <= end) {
      const range = cursor.rangeTo(rows.fill(cursor.boundsWithin(limits), state))
      // every offset of the range has its row
      expect(rows.outcomes).toEqual({ accepted: 0, duplicates: 0, dead_letters: range.last - range.first + 1 })
      cursor.advancePast(range)
      ranges.push(range)
    }
  }
  return ranges
}

const logSize = fc.integer({ min: 1, max: 60 })
const firstOffset = fc.nat(10_000)
const batchSize = fc.integer({ min: 1, max: 9 })
const fetchSizes = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 })

test('ranges cover every offset exactly once, in order, within the limits, however the log is fetched', () => {
  const sizes = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 })
  const limits = fc.record({
    offsets_max: fc.integer({ min: 1, max: 20 }),
    bytes_max: fc.integer({ min: 1, max: 150 }),
  })
  fc.assert(
    fc.property(firstOffset, sizes, batchSize, fetchSizes, limits, (first, sizes, batch, fetches, limits) => {
      const ranges = consumeAll(new Cursor('t', 0, first), logOf(first, sizes, batch), fetches, limits)
      let next = first
      for (const range of ranges) {
        expect(range.first).toBe(next)
        expect(range.last - range.first).toBeLessThan(limits.offsets_max)
        const bytesBeforeLast = sizes
          .slice(range.first - first, range.last - first)
          .reduce((sum, size) => sum + size, 0)
        expect(bytesBeforeLast).toBeLessThan(limits.bytes_max)
        next = range.last + 1
      }
      expect(next).toBe(first + sizes.length)
    }),
  )
})

test('a pending range ends exactly where it ended before, whatever the limits and however the log is fetched this time', () => {
  fc.assert(
    fc.property(firstOffset, logSize, fc.nat(), batchSize, fetchSizes, (first, size, seed, batch, fetches) => {
      const pendingLast = first + (seed % size)
      const log = logOf(
        first,
        Array.from({ length: size }, () => 300),
        batch,
      )
      const [replayed, ...others] = consumeAll(
        new Cursor('t', 0, first, { last: pendingLast, contract: 1 }),
        log,
        fetches,
        LIMITS,
      )
      expect(replayed).toMatchObject({ first, last: pendingLast })
      expect(others.at(-1)?.last ?? pendingLast).toBe(first + size - 1)
    }),
  )
})

test('batches that are written already are skipped', () => {
  const cursor = new Cursor('t', 0, 5)
  const log = logOf(2, [1, 1, 1, 1, 1], 2) // 2–3, 4–5, 6
  expect(cursor.gather(log)).toEqual(log.slice(1))
  expect(cursor.gather(logOf(0, [1, 1]))).toEqual([])
})

test('a fetch that is ahead is sent back once', () => {
  const cursor = new Cursor('t', 0, 5)
  const ahead = logOf(8, [1])
  expect(cursor.mustSeek(ahead)).toBe(true)
  expect(cursor.mustSeek(ahead)).toBe(false)
})

test('a missing offset stops the work before the range that lacks it', () => {
  const cursor = new Cursor('t', 0, 0)
  const [zero, , two] = logOf(0, [1, 1, 1])
  expect(() => consumeAll(cursor, [zero!, two!], [1], { offsets_max: 1, bytes_max: 1 })).toThrow(
    'partition 0 goes on at offset 2 instead of 1',
  )
  expect(cursor.next).toBe(1)
})
