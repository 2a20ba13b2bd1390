import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isStill } from './positions.ts'

const positions = fc.uniqueArray(
  fc.tuple(
    fc.nat(3),
    fc.record({ next: fc.nat(3), pendingLast: fc.option(fc.integer({ min: 4, max: 6 }), { nil: undefined }) }),
  ),
  {
    selector: ([partition]) => partition,
  },
)

test('a moment is still when all partitions stay where they are and nothing is pending, and never otherwise', () => {
  fc.assert(
    fc.property(positions, positions, fc.boolean(), (before, other, isSame) => {
      const after = isSame ? before : other
      const sorted = (entries: typeof before) => JSON.stringify([...entries].sort(([a], [b]) => a - b))
      const expected =
        sorted(before) === sorted(after) && before.every(([, { pendingLast }]) => pendingLast === undefined)
      expect(isStill(new Map(before), new Map(after))).toBe(expected)
    }),
  )
})
