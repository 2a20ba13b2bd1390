import { expect, test } from 'vitest'

import { findLeaks } from './leaks.ts'

const secrets = new Map([
  ['password', 'hunter2-with-"quotes"'],
  ['pseudonym', '00112233445566778899aabbccddeeff'],
])

test.each([
  ['as it is', 'it is hunter2-with-"quotes".'],
  ['in JSON', JSON.stringify({ value: 'hunter2-with-"quotes"' })],
  ['in capitals', 'HUNTER2-WITH-"QUOTES"'],
  ['in an address', `?token=${encodeURIComponent('hunter2-with-"quotes"')}`],
  ['in hex', Buffer.from('{"a":"hunter2-with-"quotes""}').toString('hex')],
  ...['', 'a', 'ab', 'abc'].map((before) => [
    `in base64 after ${before.length} bytes`,
    Buffer.from(`${before}hunter2-with-"quotes"cd`).toString('base64'),
  ]),
])('a secret is found %s', (_, text) => {
  expect(findLeaks(text, secrets)).toEqual(['password'])
})

test('what is not there is not found', () => {
  expect(findLeaks('hunter2 00112233445566778899aabbccddee', secrets)).toEqual([])
})
