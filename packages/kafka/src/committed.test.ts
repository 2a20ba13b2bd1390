import fc from 'fast-check'
import { expect, test } from 'vitest'

import { CLOSED_METADATA, parseCommitted, pendingMetadata } from './committed.ts'

test('a pending range is read back from the commit exactly as it was recorded', () => {
  const ends = fc.tuple(fc.maxSafeNat(), fc.nat(100_000)).filter(([first, length]) => first + length < 2 ** 53)
  fc.assert(
    fc.property(ends, ([first, length]) => {
      const pending = { last: first + length, window_offsets: 1_000_000 }
      expect(parseCommitted(String(first), pendingMetadata(pending))).toEqual({ next: first, pending })
    }),
  )
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
  ]) {
    expect(() => parseCommitted('5', metadata)).toThrow(expect.objectContaining({ code: 'pending_unreadable' }))
  }
})
