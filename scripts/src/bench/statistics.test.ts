import { expect, test } from 'vitest'

import { ratioOf, spreadOf } from './statistics.ts'

test('the median is the value in the middle, or the mean of the two there', () => {
  expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 })
  expect(spreadOf([4, 1, 3, 100])).toEqual({ median: 3.5, min: 1, max: 100 })
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 })
})

test('a ratio is that of the medians, and its spread is that of the rounds', () => {
  expect(ratioOf([10, 30, 20], [10, 10, 5])).toEqual({ median: 2, min: 1, max: 4 })
})
