import fc from 'fast-check'
import { expect, test } from 'vitest'

import { compareTallies, Tally } from './tally.ts'

const entries = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.record({ events: fc.nat(9), quantity: fc.nat(9), fingerprint: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  ),
)

function tallyOf(list: readonly (readonly [string, { events: number; quantity: number; fingerprint: bigint }])[]) {
  const tally = new Tally()
  for (const [key, counts] of list) tally.add(key, counts)
  return tally
}

test('counts are the same in whatever order and portions they were added', () => {
  fc.assert(
    fc.property(entries, (list) => {
      expect(compareTallies(tallyOf(list), tallyOf(list.toReversed())).differing).toEqual([])
    }),
  )
})

test('counts that differ at one key differ at that key only', () => {
  fc.assert(
    fc.property(entries, fc.constantFrom('a', 'b', 'c', 'd'), (list, key) => {
      const more = tallyOf([...list, [key, { events: 0, quantity: 0, fingerprint: 1n }]])
      expect(compareTallies(tallyOf(list), more).differing).toEqual([key])
    }),
  )
})

test('a key without events is no difference', () => {
  const nothing = tallyOf([['a', { events: 0, quantity: 0, fingerprint: 0n }]])
  expect(compareTallies(nothing, new Tally())).toEqual({ keys: ['a'], differing: [] })
})
