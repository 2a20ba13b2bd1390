import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createRecentSet } from './recent-set.ts'

test('exactly the last texts are remembered, each from when it first came', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), (texts, size_max) => {
      const recent = createRecentSet(size_max)
      for (const text of texts) {
        recent.add(text)
        recent.add(text)
      }
      expect(texts.filter((text) => recent.has(text))).toEqual(texts.slice(-size_max))
    }),
  )
})
