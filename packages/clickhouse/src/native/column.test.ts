import fc from 'fast-check'
import { expect, test } from 'vitest'

import { GrowingBuffer } from './growing-buffer.ts'
import { FixedString16Column, UuidColumn } from './hex-column.ts'
import { LongColumn, TIME_MS_MAX, TIME_MS_MIN, UnsignedColumn } from './integer-column.ts'

test.each([
  ['UInt8', 2 ** 8],
  ['UInt16', 2 ** 16],
  ['UInt32', 2 ** 32],
] as const)('%s refuses what it cannot hold', (type, limit) => {
  const column = new UnsignedColumn(type)
  for (const value of [-1, limit, 0.5, Number.NaN]) expect(() => column.append(value)).toThrow(type)
  column.append(limit - 1)
  expect(column.rows).toBe(1)
})

test.each([
  ['UInt64', 0n, 2n ** 64n - 1n],
  ['Int64', -(2n ** 63n), 2n ** 63n - 1n],
  ["DateTime64(3, 'UTC')", BigInt(TIME_MS_MIN), BigInt(TIME_MS_MAX)],
] as const)('%s refuses what it cannot hold, and numbers that are not exact', (type, min, max) => {
  const column = new LongColumn(type)
  for (const value of [min - 1n, max + 1n, 0.5, Number.NaN, 2 ** 53]) expect(() => column.append(value)).toThrow(type)
  column.append(min)
  column.append(max)
  expect(column.rows).toBe(2)
})

test('a number and the bigint of the same value are the same bytes', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const [one, other] = [new LongColumn('Int64'), new LongColumn('Int64')]
      one.append(value)
      other.append(BigInt(value))
      expect(bytesOf(one)).toEqual(bytesOf(other))
    }),
  )
})

test('a text that is not 32 hex characters is refused', () => {
  const hex = '0123456789abcdefABCDEF0123456789'
  new FixedString16Column().append(hex)
  fc.assert(
    fc.property(fc.nat(31), fc.constantFrom('', 'g', '-', 'ä', '', '🙂'), (position, wrong) => {
      const text = hex.slice(0, position) + wrong + hex.slice(position + 1)
      expect(() => new FixedString16Column().append(text)).toThrow('FixedString(16)')
    }),
  )
})

test('a text that is not a UUID is refused', () => {
  const uuid = '01234567-89ab-cdef-ABCD-EF0123456789'
  new UuidColumn().append(uuid)
  fc.assert(
    fc.property(fc.nat(35), fc.constantFrom('', 'g', '_', 'ä', '', '🙂'), (position, wrong) => {
      const text = uuid.slice(0, position) + wrong + uuid.slice(position + 1)
      expect(() => new UuidColumn().append(text)).toThrow('UUID')
    }),
  )
})

test('a buffer keeps what was appended while it grows', () => {
  const lengths = fc.array(fc.nat(6000), { minLength: 3, maxLength: 10 })
  fc.assert(
    fc.property(lengths, (lengths) => {
      const buffer = new GrowingBuffer()
      const parts = lengths.map((length, index) => Buffer.alloc(length, index + 1))
      for (const part of parts) {
        const start = buffer.reserve(part.length)
        buffer.bytes.set(part, start)
      }
      expect(buffer.bytes.subarray(0, buffer.length).equals(Buffer.concat(parts))).toBe(true)
    }),
  )
})

function bytesOf(column: LongColumn): Buffer {
  const out = new GrowingBuffer()
  column.writeTo(out)
  return out.bytes.subarray(0, out.length)
}
