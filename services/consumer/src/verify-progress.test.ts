import { expect, test } from 'vitest'

import { verifyProgress } from './verify-progress.ts'

const agree = (next: number | undefined, pendingLast: number | undefined, writtenLast: number | undefined) =>
  verifyProgress({
    partition: 0,
    committed: { next, pending: pendingLast === undefined ? undefined : { last: pendingLast, window_offsets: 10 } },
    writtenLast,
    lowWatermark: 3,
  })

test('a new group with an empty database starts at the first offset that Kafka holds', () => {
  expect(agree(undefined, undefined, undefined)).toBe(3)
})

test('a closed offset must be the one after the last row', () => {
  expect(agree(10, undefined, 9)).toBe(10)
  for (const writtenLast of [undefined, 8, 10]) {
    expect(() => agree(10, undefined, writtenLast)).toThrow(expect.objectContaining({ code: 'progress_differs' }))
  }
})

test('a pending range may be written not at all, in part or in full', () => {
  for (const writtenLast of [undefined, 9, 12, 20]) expect(agree(10, 20, writtenLast)).toBe(10)
  for (const writtenLast of [8, 21]) {
    expect(() => agree(10, 20, writtenLast)).toThrow(expect.objectContaining({ code: 'progress_differs' }))
  }
})

test('a group that has lost its offset does not count the same events again', () => {
  expect(() => agree(undefined, undefined, 9)).toThrow(expect.objectContaining({ code: 'committed_offset_lost' }))
})
