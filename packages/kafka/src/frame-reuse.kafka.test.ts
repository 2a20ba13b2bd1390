import { randomBytes } from 'node:crypto'

import { createLogger } from '@caretally/runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { createKafka } from './client.ts'
import { type Frame, frameOf } from './frame-pool.ts'
import { openConnections } from './open-connections.ts'
import { openPublisher } from './publisher.ts'
import { expectRecordBatches, receiveRecordBatches, type RecordBatch } from './record-batch.ts'
import { RecordReader } from './record-reader.ts'
import { createTestTopic, type TestTopic } from './testing.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const FETCH_BYTES_MAX = 300_000
/** Some 2 MB that LZ4 cannot compress, in batches of 100. */
const VALUES = Array.from({ length: 2_000 }, () => randomBytes(1_000))

let place: TestTopic

beforeAll(async () => {
  place = await createTestTopic({ partitions: 1 })
  await using publisher = await openPublisher({ ...place, logger, batch_rows_max: 100 })
  await publisher.publish(VALUES.map((value) => ({ key: 'a', value })))
})
afterAll(async () => await place[Symbol.asyncDispose]())

/** Fetches the topic; `take` gets the batches of one fetch after the other. */
async function fetchAll(group: string, take: (batches: readonly RecordBatch[]) => void): Promise<void> {
  using connections = openConnections()
  const { socketFactory } = connections
  const consumer = createKafka({ ...place, clientId: 'test', logger, socketFactory }).consumer({
    groupId: `${place.topic}.${group}`,
    maxBytesPerPartition: FETCH_BYTES_MAX,
    maxWaitTimeInMs: 100,
  })
  using _ = receiveRecordBatches()
  await consumer.connect()
  let next = 0
  try {
    await consumer.subscribe({ topic: place.topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { messages } }) => {
        const batches = expectRecordBatches(messages)
        take(batches)
        next = batches.at(-1)!.last + 1
        return Promise.resolve()
      },
    })
    await vi.waitUntil(() => next === VALUES.length, { timeout: 20_000 })
  } finally {
    await consumer.disconnect()
  }
}

function valuesOf(batches: readonly RecordBatch[]): Buffer[] {
  const values: Buffer[] = []
  const reader = new RecordReader()
  reader.open(0, batches, batches[0]!.first)
  while (reader.next()) values.push(reader.copyValue()!)
  return values
}

const frameOfFirst = (batches: readonly RecordBatch[]) => frameOf(batches[0]!.compressed)

test('every fetch is in the memory of the one before once that is released', async () => {
  const frames: (Frame | undefined)[] = []
  const values: Buffer[] = []
  await fetchAll('released', (batches) => {
    frames.push(frameOfFirst(batches))
    values.push(...valuesOf(batches))
    for (const batch of batches) batch.release()
  })
  expect(Buffer.concat(values).equals(Buffer.concat(VALUES))).toBe(true)
  expect(frames.length).toBeGreaterThan(5)
  expect(new Set(frames)).toEqual(new Set([expect.anything()]))
})

test('what is not released stays as it was, whatever is fetched after it', async () => {
  const fetches: (readonly RecordBatch[])[] = []
  await fetchAll('kept', (batches) => {
    // all but the last: the frame is still in use then
    for (const batch of batches.slice(0, -1)) batch.release()
    fetches.push(batches.slice(-1))
  })
  expect(new Set(fetches.map(frameOfFirst)).size).toBe(fetches.length)
  const kept = fetches.flat()
  for (const batch of kept) expect(valuesOf([batch])).toEqual(VALUES.slice(batch.first, batch.last + 1))
})

test('the records of a batch cannot be read after its release', async () => {
  const fetched: RecordBatch[] = []
  await fetchAll('late', (batches) => {
    fetched.push(...batches)
    for (const batch of batches) batch.release()
  })
  expect(() => valuesOf(fetched)).toThrow('after its release')
})
