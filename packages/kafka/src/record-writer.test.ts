import fc from 'fast-check'
import { compressFrameSync } from 'lz4-napi'
import { expect, test } from 'vitest'

import { anyRecord, gatherHeaders, someRecordsInOrder } from './outgoing-record.test-support.ts'
import { RecordBatch } from './record-batch.ts'
import { encodeRecord } from './record-batch.test-support.ts'
import { RecordReader } from './record-reader.ts'
import { RecordWriter } from './record-writer.ts'
import { type OutgoingRecord, recordBytes, type RecordKey } from './record.ts'

const writer = new RecordWriter()

function write(records: readonly OutgoingRecord<RecordKey>[]): Buffer {
  return writer.write(
    records,
    records.reduce((sum, record) => sum + recordBytes(record), 0),
  )
}

function encodeByKafkajs(records: readonly OutgoingRecord<RecordKey>[]): Buffer {
  const encoded = records.map(
    ({ key, value, headers }, offsetDelta) =>
      encodeRecord({ offsetDelta, timestampDelta: 0, key, value, headers: gatherHeaders(headers) }).buffer,
  )
  return Buffer.concat(encoded)
}

test('the bytes of records are those that kafkajs would write, and never more than was reckoned', () => {
  fc.assert(
    fc.property(someRecordsInOrder, (records) => {
      expect(write(records).equals(encodeByKafkajs(records))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('large and many records have the bytes that kafkajs would write', () => {
  const large = { key: 'k', value: Buffer.alloc(3_000_000, 'x') }
  const many = Array.from({ length: 20_000 }, (_, index) => ({ key: String(index), value: Buffer.alloc(1) }))
  expect(write([large, ...many]).equals(encodeByKafkajs([large, ...many]))).toBe(true)
})

test('what was written reads back, with the headers in their order', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), (records) => {
      const context = {
        firstOffset: '0',
        lastOffsetDelta: records.length - 1,
        firstTimestamp: '0',
        maxTimestamp: '0',
        timestampType: 0,
        isControlBatch: false,
      }
      const reader = new RecordReader()
      reader.open(0, [new RecordBatch(records.length, compressFrameSync(write(records)), context)], 0)
      for (const { key, value, headers = [] } of records) {
        expect(reader.next()).toBe(true)
        expect(reader.copyKey()).toEqual(key === null ? null : Buffer.from(key))
        expect(reader.copyValue()).toEqual(value)
        expect(reader.copyHeaders()).toEqual(headers.map(([name, content]) => [Buffer.from(name), content]))
      }
      expect(reader.next()).toBe(false)
    }),
  )
})

test('records that need more than was reckoned are refused', () => {
  expect(() => writer.write([{ key: 'key', value: Buffer.alloc(100) }], 100)).toThrow(RangeError)
  expect(() => writer.write([{ key: 'key', value: Buffer.alloc(4_000_000) }], 100)).toThrow(RangeError)
})
