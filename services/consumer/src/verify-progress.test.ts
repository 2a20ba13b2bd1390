import type { Clock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { type Progress, readProgress, verifyProgress } from './verify-progress.ts'

function progress(
  next: number | undefined,
  pendingLast: number | undefined,
  writtenLast: number | undefined,
  lowWatermark = 3,
): Progress {
  return {
    partition: 0,
    committed: {
      next,
      pending: pendingLast === undefined ? undefined : { last: pendingLast, window_offsets: 10, contract: 1 },
    },
    writtenLast,
    lowWatermark,
  }
}

const agree = (...values: Parameters<typeof progress>) => verifyProgress(progress(...values))

/** Answers with each of these once, and with the last of them from then on. */
function answers(...all: Progress[]) {
  let reads = 0
  return { read: async () => [all[Math.min(reads++, all.length - 1)]!], reads: () => reads }
}

function instantClock(): Clock & { waited_ms: number } {
  return {
    waited_ms: 0,
    now: () => 0,
    async sleep(ms) {
      this.waited_ms += ms
    },
  }
}

test('a new group with an empty database starts at the first offset that Kafka holds', () => {
  expect(agree(undefined, undefined, undefined)).toBe(3)
})

test('a group that was set to the very first offset agrees with an empty database', () => {
  expect(agree(0, undefined, undefined)).toBe(0)
  expect(() => agree(3, undefined, undefined)).toThrow(expect.objectContaining({ code: 'rows_missing' }))
})

test('without any row, the range that is pending is the first one of the log', () => {
  expect(agree(10, 20, undefined, 10)).toBe(10)
  expect(() => agree(10, 20, undefined, 3)).toThrow(expect.objectContaining({ code: 'rows_missing' }))
})

test('a closed offset must be the one after the last row', () => {
  expect(agree(10, undefined, 9)).toBe(10)
  for (const [writtenLast, code] of [
    [undefined, 'rows_missing'],
    [8, 'rows_missing'],
    [10, 'committed_offset_behind'],
  ] as const) {
    expect(() => agree(10, undefined, writtenLast)).toThrow(expect.objectContaining({ code }))
  }
})

test('a pending range may be written not at all, in part or in full', () => {
  for (const writtenLast of [9, 12, 20]) expect(agree(10, 20, writtenLast)).toBe(10)
  expect(() => agree(10, 20, 8)).toThrow(expect.objectContaining({ code: 'rows_missing' }))
  expect(() => agree(10, 20, 21)).toThrow(expect.objectContaining({ code: 'committed_offset_behind' }))
})

test('a group that has lost its offset does not count the same events again', () => {
  expect(() => agree(undefined, undefined, 9)).toThrow(expect.objectContaining({ code: 'committed_offset_lost' }))
})

test('what Kafka has deleted before it was read is named, whatever the group remembers', () => {
  for (const next of [undefined, 2]) {
    expect(() => agree(next, undefined, 1)).toThrow(
      expect.objectContaining({
        code: 'offset_gap',
        message: 'Kafka has deleted offsets 2 to 2 of partition 0 before they were read',
      }),
    )
  }
  expect(agree(3, undefined, 2)).toBe(3)
})

test('a coordinator that answers with an older offset than it has acknowledged is asked again', async () => {
  for (const stale of [progress(10, 20, 30), progress(10, undefined, 12), progress(undefined, undefined, 5)]) {
    const { read, reads } = answers(stale, stale, progress(21, 30, 30))
    await expect(readProgress(read, instantClock())).resolves.toMatchObject([{ next: 21 }])
    expect(reads()).toBe(3)
  }
})

test('a group that stays behind is an error after some seconds, missing rows are one at once', async () => {
  const clock = instantClock()
  await expect(readProgress(answers(progress(10, 20, 30)).read, clock)).rejects.toMatchObject({
    code: 'committed_offset_behind',
  })
  expect(clock.waited_ms).toBeGreaterThan(3_000)
  expect(clock.waited_ms).toBeLessThan(10_000)

  const { read, reads } = answers(progress(10, undefined, 8))
  await expect(readProgress(read, instantClock())).rejects.toMatchObject({ code: 'rows_missing' })
  expect(reads()).toBe(1)
})
