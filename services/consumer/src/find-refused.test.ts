import fc from 'fast-check'
import { expect, test } from 'vitest'

import { findRefused } from './find-refused.ts'

test('exactly the refused rows are found, with about a logarithm of questions for each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 300 }),
      fc.uniqueArray(fc.nat(299), { maxLength: 8 }),
      async (rows, bad) => {
        const indexes = Array.from({ length: rows }, (_, index) => index)
        const refused = bad.filter((index) => index < rows).toSorted((a, b) => a - b)
        let questions = 0
        const found = await findRefused(indexes, async (asked) => {
          questions += 1
          return !asked.some((index) => refused.includes(index))
        })
        expect(found).toEqual(refused)
        expect(questions).toBeLessThanOrEqual(1 + 2 * refused.length * Math.ceil(Math.log2(rows + 1)))
      },
    ),
  )
})
