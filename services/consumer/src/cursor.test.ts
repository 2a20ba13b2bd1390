import fc from 'fast-check'
import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'

import { Cursor, type RangeOfMessages } from './cursor.ts'
import { logOf } from './log.test-support.ts'

const LIMITS = { offsets_max: 7, bytes_max: 1_000 }

/** Feeds `log` to the cursor in fetches of the given sizes, as a consumer does that writes every range. */
function consumeAll(cursor: Cursor, log: readonly KafkaMessage[], fetches: readonly number[]): RangeOfMessages[] {
  const ranges: RangeOfMessages[] = []
  const base = Number(log[0]?.offset ?? 0)
  for (let fetch = 0; cursor.position < base + log.length; fetch++) {
    const start = cursor.position - base
    for (const cut of cursor.cut(log.slice(start, start + fetches[fetch % fetches.length]!), LIMITS)) {
      ranges.push(cut)
      cursor.advancePast(cut.range)
    }
  }
  return ranges
}

const logSize = fc.integer({ min: 1, max: 60 })
const firstOffset = fc.nat(10_000)
const fetchSizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 8 })

test('ranges cover every offset exactly once, in order, within the limits, however the log is fetched', () => {
  fc.assert(
    fc.property(firstOffset, logSize, fetchSizes, (first, size, fetches) => {
      const log = logOf(
        first,
        Array.from({ length: size }, () => 10),
      )
      const ranges = consumeAll(new Cursor('t', 0, first), log, fetches)
      let next = first
      for (const { range, messages } of ranges) {
        expect(range.first).toBe(next)
        expect(messages.map(({ offset }) => Number(offset))).toEqual(
          Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index),
        )
        expect(messages.length).toBeLessThanOrEqual(LIMITS.offsets_max)
        next = range.last + 1
      }
      expect(next).toBe(first + size)
    }),
  )
})

test('a pending range is cut exactly as it was before, however the log is fetched this time', () => {
  fc.assert(
    fc.property(firstOffset, logSize, fc.nat(), fetchSizes, (first, size, seed, fetches) => {
      const pendingLast = first + (seed % size)
      const log = logOf(
        first,
        Array.from({ length: size }, () => 10),
      )
      const [replayed] = consumeAll(new Cursor('t', 0, first, pendingLast), log, fetches)
      expect(replayed?.range).toMatchObject({ first, last: pendingLast })
      expect(replayed?.messages).toHaveLength(pendingLast - first + 1)
    }),
  )
})

test('messages that are written already are skipped', () => {
  const cursor = new Cursor('t', 0, 5)
  const ranges = [...cursor.cut(logOf(2, [1, 1, 1, 1, 1]), LIMITS)]
  expect(ranges.map(({ range }) => [range.first, range.last])).toEqual([[5, 6]])
  expect([...cursor.cut(logOf(0, [1, 1]), LIMITS)]).toEqual([])
})

test('a fetch that is ahead is sent back once, and is then a gap', () => {
  const cursor = new Cursor('t', 0, 5)
  const ahead = logOf(8, [1])
  expect(cursor.mustSeek(ahead)).toBe(true)
  expect(cursor.mustSeek(ahead)).toBe(false)
  expect(() => [...cursor.cut(ahead, LIMITS)]).toThrow(expect.objectContaining({ code: 'offset_gap' }))
})

test('a missing offset in the middle of a fetch stops the work before the range that lacks it', () => {
  const cursor = new Cursor('t', 0, 0)
  const [zero, , two] = logOf(0, [1, 1, 1])
  expect(() => [...cursor.cut([zero!, two!], LIMITS)]).toThrow(expect.objectContaining({ code: 'offset_gap' }))
})
