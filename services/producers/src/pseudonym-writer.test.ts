import { createPseudonymizer } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createPseudonymWriter, MEMBER_ID_BYTES_MAX } from './pseudonym-writer.ts'

const anyKey = fc.record({
  version: fc.integer({ min: 1, max: 255 }),
  secret: fc.uint8Array({ minLength: 32, maxLength: 200, size: 'max' }),
})
const anyMemberId = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.nat(MEMBER_ID_BYTES_MAX).map((length) => 'm'.repeat(length)),
)

test('the pseudonym of any member under any key is the one of Node’s HMAC, and nothing else is written', () => {
  fc.assert(
    fc.property(anyKey, fc.array(anyMemberId, { minLength: 1 }), (key, memberIds) => {
      const pseudonymize = createPseudonymizer(key)
      const write = createPseudonymWriter(key)
      for (const memberId of memberIds) {
        const target = Buffer.alloc(36, '-')
        write(memberId, target, 2)
        expect(String(target)).toBe(`--${pseudonymize(memberId)}--`)
      }
    }),
    { numRuns: 500 },
  )
})

test('two writers with keys of their own do not disturb each other', () => {
  const keys = [32, 65].map((bytes, index) => ({ version: index + 1, secret: new Uint8Array(bytes).fill(index) }))
  const writers = keys.map(createPseudonymWriter)
  const target = Buffer.alloc(32)
  for (const index of [0, 1, 0, 1]) {
    writers[index]!('member-1', target, 0)
    expect(String(target)).toBe(createPseudonymizer(keys[index]!)('member-1'))
  }
})

test('an id that is too long is refused, counted in bytes', () => {
  const write = createPseudonymWriter({ version: 1, secret: new Uint8Array(32) })
  const target = Buffer.alloc(32)
  for (const memberId of ['m'.repeat(MEMBER_ID_BYTES_MAX + 1), 'é'.repeat(MEMBER_ID_BYTES_MAX / 2 + 1)]) {
    expect(() => write(memberId, target, 0)).toThrow(RangeError)
  }
})
