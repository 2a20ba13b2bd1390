import fc from 'fast-check'
import { expect, test } from 'vitest'

import { nestsDeeperThan } from './nesting.ts'

const encoder = new TextEncoder()
const nests = (depth_max: number, text: string) => nestsDeeperThan(depth_max, encoder.encode(text))

test.each([
  ['[]', 1],
  ['{"a":[{}],"b":[]}', 3],
  ['[[],[],[]]', 2],
  ['["[[[["]', 1],
  [String.raw`["\"[[["]`, 1],
  [String.raw`["\\",[]]`, 2],
  ['{"[{":"é[漢{"}', 1],
])('%s nests exactly %d deep', (text, depth) => {
  expect(nests(depth, text)).toBe(false)
  expect(nests(depth - 1, text)).toBe(true)
})

test('it agrees with the parsed value, for any JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (value) => {
      const text = JSON.stringify(value)
      const depth = depthOf(value)
      expect(nests(depth, text)).toBe(false)
      expect(nests(depth - 1, text)).toBe(true)
    }),
  )
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
