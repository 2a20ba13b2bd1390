import { Buffer } from 'node:buffer'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createPseudonymizer, parsePseudonymKey, PSEUDONYM_KEY_VERSION_MAX } from './pseudonym.ts'

const KEY_HEX = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

// printf '%s' MEMBER_ID | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY_HEX | tail -c 65 | head -c 30
test.each([
  ['member-1', '2e23752575ea9bf826f8140e03cd99'],
  ['Zoë-7', '4148e50628d5a3a5b316bac9070ad5'],
])('the pseudonym of %s is the version of the key and what openssl computes', (memberId, hmac) => {
  expect(createPseudonymizer(parsePseudonymKey(KEY_HEX))(memberId)).toBe(`01${hmac}`)
  expect(createPseudonymizer(parsePseudonymKey(`11:${KEY_HEX}`))(memberId)).toBe(`0b${hmac}`)
})

test('another key gives another pseudonym', () => {
  const { version, secret } = parsePseudonymKey(KEY_HEX)
  const other = Buffer.from(secret).fill(1, 31)
  const [one, two] = [secret, other].map((bytes) => createPseudonymizer({ version, secret: bytes })('member-1'))
  expect(one).not.toBe(two)
})

const secrets = fc.uint8Array({ minLength: 32, maxLength: 64 })
const versions = fc.integer({ min: 1, max: PSEUDONYM_KEY_VERSION_MAX })

test('a pseudonym is 32 hex characters, names the version of its key, and is the same whenever it is asked for', () => {
  fc.assert(
    fc.property(secrets, versions, fc.string({ unit: 'binary' }), (secret, version, memberId) => {
      const pseudonym = createPseudonymizer({ version, secret })(memberId)
      expect(pseudonym).toMatch(/^[0-9a-f]{32}$/)
      expect(Number.parseInt(pseudonym.slice(0, 2), 16)).toBe(version)
      expect(createPseudonymizer({ version, secret })(memberId)).toBe(pseudonym)
    }),
  )
})

test('a key comes back from hex, in either case, and from base64, with its version or as the first', () => {
  fc.assert(
    fc.property(secrets, versions, (bytes, version) => {
      const secret = Buffer.from(bytes)
      for (const text of [secret.toString('hex'), secret.toString('hex').toUpperCase(), secret.toString('base64')]) {
        expect(parsePseudonymKey(text)).toStrictEqual({ version: 1, secret })
        expect(parsePseudonymKey(`${version}:${text}`)).toStrictEqual({ version, secret })
      }
    }),
  )
})

test.each(['256', '999'])('there is no version %s of a key', (version) => {
  expect(() => parsePseudonymKey(`${version}:${KEY_HEX}`)).toThrow(
    new RangeError('the version of the pseudonym key must be 1 to 255'),
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
  ['no version before its colon', `:${KEY_HEX}`],
  ['version 0', `0:${KEY_HEX}`],
  ['a version that is no number', `v1:${KEY_HEX}`],
  ['a sentence', 'correct horse battery staple, and then some more of it'],
])('%s is no key, and the error does not quote it', (_, text) => {
  expect(() => parsePseudonymKey(text)).toThrow(
    new RangeError('the pseudonym key must be hex or base64 of at least 32 bytes'),
  )
})
