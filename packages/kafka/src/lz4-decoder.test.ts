import { randomBytes } from 'node:crypto'

import fc from 'fast-check'
import { compressFrameSync } from 'lz4-napi'
import { expect, test } from 'vitest'

import { Lz4Decoder } from './lz4-decoder.ts'

const decoder = new Lz4Decoder()
const BLOCK_SIZE_AT = 5
const BLOCKS_OF_64_KB = 0x40

function decode(frame: Buffer): Buffer {
  decoder.decode(frame)
  return decoder.bytes.subarray(0, decoder.length)
}

/** Bytes that repeat themselves at all distances, as records do, and some that do not. */
const compressible = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 12 })), { maxLength: 60 })
  .map((parts) => Buffer.concat(parts.flatMap(([part, times]) => Array.from({ length: times }, () => part))))

test('what was compressed comes out again, whatever was decoded before', () => {
  fc.assert(
    fc.property(compressible, fc.boolean(), fc.boolean(), (content, contentChecksum, blockChecksums) => {
      expect(decode(compressFrameSync(content, { contentChecksum, blockChecksums })).equals(content)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['one byte, very often', Buffer.alloc(3_000_000, 'x')],
  ['two bytes, very often', Buffer.alloc(100_001, 'xy')],
  ['what cannot be compressed', Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * index * 31) >> 7))],
  ['more than a block', Buffer.from(Array.from({ length: 2_000_000 }, (_, index) => (index % 251) ^ (index >> 10)))],
])('%s comes out again', (_, content) => {
  expect(decode(compressFrameSync(content)).equals(content)).toBe(true)
})

test.each([
  ['compressed', Buffer.alloc(100_000, 'x')],
  ['stored as it is', randomBytes(100_000)],
])('a block that has more than its frame says is refused: %s', (_, content) => {
  const frame = compressFrameSync(content)
  frame[BLOCK_SIZE_AT] = BLOCKS_OF_64_KB
  expect(() => decode(frame)).toThrow('not a frame of LZ4')
})

test('a batch of many megabytes comes out again, and so does the next one', () => {
  const content = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(30_000_000, 'abcdefghij')])
  for (const next of [content, Buffer.from('small'), content]) {
    expect(decode(compressFrameSync(next)).equals(next)).toBe(true)
  }
})

test('the memory of an exceptional batch is given back', () => {
  const own = new Lz4Decoder()
  own.decode(compressFrameSync(Buffer.alloc(20_000_000)))
  expect(own.length).toBe(20_000_000)
  own.decode(compressFrameSync(Buffer.from('small')))
  expect(own.bytes.length).toBeLessThan(2_000_000)
})

test('a broken frame is an error, or other bytes, and never anything else', () => {
  fc.assert(
    fc.property(compressible, fc.nat(), fc.nat(255), fc.nat(), (content, position, byte, cut) => {
      const frame = compressFrameSync(content)
      frame[position % frame.length] = byte
      try {
        decode(frame.subarray(0, frame.length - (cut % 3)))
      } catch (error) {
        expect(error).toHaveProperty('code', 'lz4_unreadable')
      }
    }),
    { numRuns: 3_000 },
  )
})
