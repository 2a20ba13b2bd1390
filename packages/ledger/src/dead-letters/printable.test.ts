import { expect, test } from 'vitest'

import { isPrintable } from './printable.ts'

test.each(['', '{"a":1}\r\n\t', 'Grüße, 日本'])('%j is shown as it is', (text) => {
  expect(isPrintable(Buffer.from(text))).toBe(true)
})

test.each([[[0xc3, 0x28]], [[0xff]], [[0x1b, 0x5b, 0x4a]], [[0x00]], [[0x9b]], [[0xc2, 0x9b]], [[0xe2, 0x80, 0xae]]])(
  'bytes %j, which are no text or steer the terminal, are not',
  (bytes) => {
    expect(isPrintable(Uint8Array.from(bytes))).toBe(false)
  },
)
