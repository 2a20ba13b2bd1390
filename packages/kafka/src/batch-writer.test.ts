import fc from 'fast-check'
import { expect, test } from 'vitest'

import { BatchWriter } from './batch-writer.ts'
import { compressLz4 } from './codecs.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { RecordWriter } from './record-writer.ts'
import { BATCH_BYTES_MAX, type OutgoingRecord } from './record.ts'

const PRODUCER = { producerId: '1', producerEpoch: 0, firstSequence: 0 }
const anyBytes = fc.uint8Array({ maxLength: 300, size: 'max' }).map((bytes) => Buffer.from(bytes))
const anyRecord = fc.record({ key: anyBytes, value: anyBytes })
const writer = new BatchWriter()

function append({ key, value }: OutgoingRecord<Buffer>): boolean {
  if (!writer.begin(key.length, value.length)) return false
  writer.bytes.set(key, writer.keyAt)
  writer.bytes.set(value, writer.valueAt)
  return true
}

function expectedOf(records: OutgoingRecord<Buffer>[]): Buffer {
  const compressed = compressLz4(new RecordWriter().write(records, 2 * BATCH_BYTES_MAX))
  return Buffer.concat(new OutgoingBatch(records.length, compressed, 7).encode(PRODUCER))
}

test('one batch after the other has the bytes that its records would have as objects', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRecord, { minLength: 1, maxLength: 200 }), { maxLength: 3 }), (batches) => {
      for (const records of batches) {
        expect(records.every(append)).toBe(true)
        expect(Buffer.concat(writer.take(7).encode(PRODUCER)).equals(expectedOf(records))).toBe(true)
      }
    }),
  )
})

test('a batch takes records until one more might exceed its bytes, and then goes on with that one', () => {
  const record = { key: Buffer.alloc(32, 'k'), value: Buffer.alloc(300, 'v') }
  const records: OutgoingRecord<Buffer>[] = []
  while (append(record)) records.push(record)
  expect(records.length * (record.key.length + record.value.length)).toBeGreaterThan(0.95 * BATCH_BYTES_MAX)
  const batch = writer.take(7)
  expect(batch.count).toBe(records.length)
  expect(Buffer.concat(batch.encode(PRODUCER)).equals(expectedOf(records))).toBe(true)
  expect(append(record)).toBe(true)
  expect(writer.take(7).count).toBe(1)
})

test('a record that no batch can hold is refused', () => {
  expect(() => writer.begin(32, BATCH_BYTES_MAX)).toThrow(RangeError)
  expect(writer.count).toBe(0)
})
