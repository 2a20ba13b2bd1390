import fc from 'fast-check'
import { compressFrameSync } from 'lz4-napi'
import { expect, test } from 'vitest'

import { Lz4Decoder } from './lz4-decoder.ts'
import { RecordBatch } from './record-batch.ts'
import { recordBatchOf, type TestRecord } from './record-batch.test-support.ts'
import { RecordReader } from './record-reader.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((content) => Buffer.from(content))
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  timestamp_ms: fc.integer({ min: 0, max: 2 ** 45 }),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), bytes, { maxKeys: 3 }),
})
const firstOffset = fc.nat(2 ** 40)

/** The records of a log from an offset on, in batches of the given sizes. */
function logOf(first: number, records: readonly Omit<TestRecord, 'offset'>[], sizes: readonly number[]): RecordBatch[] {
  const batches: RecordBatch[] = []
  for (let at = 0; at < records.length;) {
    const size = sizes[batches.length % sizes.length]!
    const chosen = records.slice(at, at + size)
    batches.push(recordBatchOf(chosen.map((fields, index) => ({ ...fields, offset: first + at + index }))))
    at += size
  }
  return batches
}

const PARTITION = 7

function open(batches: readonly RecordBatch[], from: number): RecordReader {
  const reader = new RecordReader()
  reader.open(PARTITION, batches, from)
  return reader
}

function readAll(reader: RecordReader): (TestRecord & { headerPairs: [Buffer, Buffer][] })[] {
  const records = []
  while (reader.next()) {
    const { offset, timestamp_ms } = reader
    records.push({
      offset,
      timestamp_ms,
      key: reader.copyKey(),
      value: reader.copyValue(),
      headerPairs: reader.copyHeaders(),
    })
  }
  return records
}

test('it reads what kafkajs has written, from any offset on, however the log is cut into batches', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(
      firstOffset,
      fc.array(record, { minLength: 1, maxLength: 60 }),
      sizes,
      fc.nat(),
      (first, records, sizes, seed) => {
        const skipped = seed % records.length
        const reader = open(logOf(first, records, sizes), first + skipped)
        expect(readAll(reader)).toEqual(
          records.slice(skipped).map(({ headers, ...fields }, index) => ({
            ...fields,
            offset: first + skipped + index,
            headerPairs: Object.entries(headers).map(([name, value]) => [Buffer.from(name), value]),
          })),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('a value lies where it says, in bytes and view alike', () => {
  const value = Buffer.from('where am I')
  const reader = open([recordBatchOf([{ offset: 3 }, { offset: 4, value }])], 4)
  expect(reader.next()).toBe(true)
  expect(reader.bytes.subarray(reader.valueStart, reader.valueEnd)).toEqual(value)
  expect(reader.view.getUint8(reader.valueStart)).toBe(value[0])
  expect(reader.next()).toBe(false)
})

test('the time is the broker’s where the broker has set it', () => {
  const reader = open([recordBatchOf([{ offset: 0, timestamp_ms: 5 }], { appended_ms: 77 })], 0)
  reader.next()
  expect(reader.timestamp_ms).toBe(77)
})

test.each([
  ['within a batch', [recordBatchOf([{ offset: 0 }, { offset: 2 }])]],
  ['between two batches', [recordBatchOf([{ offset: 0 }]), recordBatchOf([{ offset: 2 }])]],
])('a missing offset is not passed over: %s', (_, batches) => {
  const reader = open(batches, 0)
  expect(reader.next()).toBe(true)
  expect(() => reader.next()).toThrow('partition 7 goes on at offset 2 instead of 1')
})

test('a batch that begins behind the first offset is a gap', () => {
  const reader = open([recordBatchOf([{ offset: 9 }])], 8)
  expect(() => reader.next()).toThrow(expect.objectContaining({ code: 'offset_gap' }))
})

test('a batch that ends before its last offset is a gap', () => {
  const { count, compressed, batchContext } = recordBatchOf([{ offset: 8 }])
  const reader = open([new RecordBatch(count, compressed, { ...batchContext, lastOffsetDelta: 2 })], 8)
  expect(reader.next()).toBe(true)
  expect(() => reader.next()).toThrow(expect.objectContaining({ code: 'offset_gap' }))
})

test('broken bytes are an error, and never read beyond their end', () => {
  const value = Buffer.from('something to break')
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), (position, byte) => {
      const whole = recordBatchOf([
        { offset: 0, value, key: value },
        { offset: 1, value },
      ])
      const decoder = new Lz4Decoder()
      decoder.decode(whole.compressed)
      const content = decoder.bytes.subarray(0, decoder.length)
      content[position % content.length] = byte
      const reader = open([new RecordBatch(whole.count, compressFrameSync(content), whole.batchContext)], 0)
      try {
        while (reader.next()) {
          expect(reader.valueStart).toBeLessThanOrEqual(reader.valueEnd)
          expect(reader.valueEnd).toBeLessThan(content.length)
        }
      } catch (error) {
        expect(error).toHaveProperty('code', expect.stringMatching(/^(batch_unreadable|offset_gap)$/))
      }
    }),
    { numRuns: 2_000 },
  )
})
