import { createRequire } from 'node:module'

import fc from 'fast-check'
import kafkajs, { type Message } from 'kafkajs'
import { expect, test } from 'vitest'

import { compressLz4, registerCodecs } from './codecs.ts'
import { OutgoingBatch, standIn } from './outgoing-batch.ts'
import { gatherHeaders, someRecordsInOrder } from './outgoing-record.test-support.ts'
import { RecordWriter } from './record-writer.ts'
import { type OutgoingRecord, recordBytes, type RecordKey } from './record.ts'

interface ProduceRequest {
  encode(): Promise<{ buffer: Buffer }>
}
interface ProduceOptions {
  acks: number
  timeout: number
  compression: number
  producerId: string
  producerEpoch: number
  topicData: { topic: string; partitions: { partition: number; firstSequence: number; messages: Message[] }[] }[]
}

/** kafkajs's own, in the version that it uses with Kafka 4. */
const createRequest: (options: ProduceOptions) => ProduceRequest = createRequire(import.meta.url)(
  'kafkajs/src/protocol/requests/produce/v7/request.js',
)

registerCodecs()

const PARTITION = 3
const TIMESTAMP_MS = 1_456_789_012_345
const anyProducer = fc.record({
  producerId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.nat(2 ** 15 - 1),
  firstSequence: fc.nat(2 ** 31 - 1),
})

interface Producer {
  producerId: string
  producerEpoch: number
  firstSequence: number
}

async function encodeRequest({ firstSequence, ...producer }: Producer, messages: Message[]): Promise<Buffer> {
  const partitions = [{ partition: PARTITION, firstSequence, messages }]
  const request = createRequest({
    ...producer,
    acks: -1,
    timeout: 30_000,
    compression: kafkajs.CompressionTypes.LZ4,
    topicData: [{ topic: 'topic', partitions }],
  })
  return (await request.encode()).buffer
}

function batchOf(records: readonly OutgoingRecord<RecordKey>[]): OutgoingBatch {
  const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
  return new OutgoingBatch(records.length, compressLz4(new RecordWriter().write(records, bytes)), TIMESTAMP_MS)
}

test('a request with a batch is, byte for byte, the one that kafkajs would make of the records', async () => {
  await fc.assert(
    fc.asyncProperty(someRecordsInOrder, anyProducer, async (records, producer) => {
      const messages = records.map(({ key, value, headers }) => ({
        key,
        value,
        headers: gatherHeaders(headers),
        timestamp: String(TIMESTAMP_MS),
      }))
      const expected = await encodeRequest(producer, messages)
      const actual = await encodeRequest(producer, [standIn(PARTITION, batchOf(records))])
      expect(actual.equals(expected)).toBe(true)
    }),
  )
})

test('a kafkajs that knows nothing of batches refuses what stands for one', async () => {
  const { batch, ...message } = standIn(PARTITION, batchOf([{ key: 'key', value: Buffer.from('value') }]))
  const producer = { producerId: '1', producerEpoch: 0, firstSequence: 0 }
  expect(batch.count).toBe(1)
  await expect(encodeRequest(producer, [message])).rejects.toThrow(SyntaxError)
})
