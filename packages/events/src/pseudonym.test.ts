import { Buffer } from 'node:buffer'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createPseudonymizer, parsePseudonymKey } from './pseudonym.ts'

const KEY_HEX = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

// printf '%s' MEMBER_ID | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY_HEX | tail -c 65 | head -c 32
test.each([
  ['member-1', '2e23752575ea9bf826f8140e03cd994e'],
  ['Zoë-7', '4148e50628d5a3a5b316bac9070ad59f'],
])('the pseudonym of %s is what openssl computes', (memberId, pseudonym) => {
  expect(createPseudonymizer(parsePseudonymKey(KEY_HEX))(memberId)).toBe(pseudonym)
})

test('another key gives another pseudonym', () => {
  const other = Buffer.from(KEY_HEX, 'hex').fill(1, 31)
  expect(createPseudonymizer(other)('member-1')).not.toBe(createPseudonymizer(parsePseudonymKey(KEY_HEX))('member-1'))
})

test('a pseudonym is 32 hex characters, and the same whenever it is asked for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), fc.string({ unit: 'binary' }), (key, memberId) => {
      const pseudonym = createPseudonymizer(key)(memberId)
      expect(pseudonym).toMatch(/^[0-9a-f]{32}$/)
      expect(createPseudonymizer(key)(memberId)).toBe(pseudonym)
    }),
  )
})

test('a key comes back from hex, in either case, and from base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), (bytes) => {
      const key = Buffer.from(bytes)
      expect(parsePseudonymKey(key.toString('hex'))).toStrictEqual(key)
      expect(parsePseudonymKey(key.toString('hex').toUpperCase())).toStrictEqual(key)
      expect(parsePseudonymKey(key.toString('base64'))).toStrictEqual(key)
    }),
  )
})

test.each([
  ['nothing', ''],
  ['31 bytes of hex', KEY_HEX.slice(2)],
  ['hex that has lost a digit', KEY_HEX.slice(1)],
  ['31 bytes of base64', Buffer.alloc(31, 7).toString('base64')],
  ['base64 without its padding', Buffer.alloc(32, 7).toString('base64').replace('=', '')],
  ['base64 for URLs', Buffer.alloc(33, 255).toString('base64url')],
  ['base64 with a line break', `${Buffer.alloc(33, 7).toString('base64')}\n`],
  ['a sentence', 'correct horse battery staple, and then some more of it'],
])('%s is no key, and the error does not quote it', (_, text) => {
  expect(() => parsePseudonymKey(text)).toThrow(
    new RangeError('the pseudonym key must be hex or base64 of at least 32 bytes'),
  )
})
