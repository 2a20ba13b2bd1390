import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatLetterId, parseLetterId } from './letter-id.ts'

test('every place in a topic has an ID that leads back to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), fc.maxSafeNat(), (partition, offset) => {
      expect(parseLetterId(formatLetterId({ partition, offset }))).toEqual({ partition, offset })
    }),
  )
})

test('a text is either refused or the one way to write its ID', () => {
  const nearly = fc.string({ unit: fc.constantFrom('0', '1', '9', ':', '-', '.', 'e', ' ', '\n'), maxLength: 20 })
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      try {
        expect(formatLetterId(parseLetterId(text))).toBe(text)
      } catch (error) {
        expect(error).toMatchObject({ code: 'letter_id_invalid' })
      }
    }),
    { numRuns: 2_000 },
  )
})

test.each(['', '3', '3:', ':3', '03:1', '3:01', '-1:2', '1:2:3', '65536:0', '1:9007199254740992', '1:2\n', '٣:1'])(
  '%j is no ID',
  (text) => {
    expect(() => parseLetterId(text)).toThrow('not the ID of a dead letter')
  },
)
