import fc from 'fast-check'
import { expect, test } from 'vitest'

import { CLOSED_METADATA, parseCommitted, pendingMetadata } from './committed.ts'

test('a pending range is read back from the commit exactly as it was recorded', () => {
  const ends = fc.tuple(fc.maxSafeNat(), fc.nat(100_000)).filter(([first, length]) => first + length < 2 ** 53)
  fc.assert(
    fc.property(ends, fc.integer({ min: 1, max: 999_999 }), ([first, length], contract) => {
      const pending = { last: first + length, window_offsets: 1_000_000, contract }
      expect(parseCommitted(String(first), pendingMetadata(pending))).toEqual({ next: first, pending })
    }),
  )
})

test('a range that was begun before contracts had numbers was begun by the first one, and is written so that its writers can read it', () => {
  const pending = { last: 9, window_offsets: 100, contract: 1 }
  expect(parseCommitted('5', 'pending-v1:9:100')).toEqual({ next: 5, pending })
  expect(pendingMetadata(pending)).toBe('pending-v1:9:100')
})

test('a closed commit leaves nothing pending', () => {
  expect(parseCommitted('7', CLOSED_METADATA)).toEqual({ next: 7, pending: undefined })
  expect(parseCommitted('7', null)).toEqual({ next: 7, pending: undefined })
})

test('a group without a committed offset has neither', () => {
  expect(parseCommitted('-1', '')).toEqual({ next: undefined, pending: undefined })
})

test('metadata of another program are refused', () => {
  for (const metadata of [
    '{"x":1}',
    'pending-v2:9:9',
    'pending-v1:',
    'pending-v1:9',
    'pending-v1:4:9',
    'pending-v1:9:9 ',
    'pending-v1:9:9:',
    'pending-v1:9:9:2:3',
  ]) {
    expect(() => parseCommitted('5', metadata)).toThrow(expect.objectContaining({ code: 'pending_unreadable' }))
  }
})
