import { expect, test } from 'vitest'

import { keptAnswer } from './kept-answer.ts'

test('an answer is given again until it is too old, also while it is awaited', async () => {
  let now_ms = 1_000_000
  let asked = 0
  const answer = keptAnswer(() => Promise.resolve(++asked), 1_000, { now: () => now_ms })
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1])
  now_ms += 999
  expect(await answer()).toBe(1)
  now_ms += 1
  expect(await answer()).toBe(2)
})
