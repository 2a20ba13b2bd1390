import { expect, test } from 'vitest'

import { Fence, StaleEpochError } from './fence.ts'

test('work may begin only on a partition that the present generation has given us', () => {
  const fence = new Fence()
  expect(() => fence.capture(0)).toThrow(StaleEpochError)
  fence.join([0, 1])
  expect(() => fence.capture(2)).toThrow(StaleEpochError)
  fence.check(fence.capture(1))
})

test('work that was begun before a rebalance is stale, also for a partition that came back', () => {
  const fence = new Fence()
  fence.join([0])
  const epoch = fence.capture(0)
  fence.raise()
  expect(() => fence.check(epoch)).toThrow(StaleEpochError)
  expect(() => fence.capture(0)).toThrow(StaleEpochError)
  fence.join([0])
  expect(() => fence.check(epoch)).toThrow(StaleEpochError)
  fence.check(fence.capture(0))
})
