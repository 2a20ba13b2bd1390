import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'

import { createLogger } from '@caretally/runtime'
import type { Kafka } from 'kafkajs'
import { expect, test, vi } from 'vitest'

import { BatchWriter } from './batch-writer.ts'
import { partitionOf } from './partition-of.ts'
import { type Acknowledgement, openPublisher } from './publisher.ts'
import type { OutgoingRecord, RecordKey } from './record.ts'
import { countRecords, createTestTopic, openProxy } from './testing.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

interface Stored {
  partition: number
  offset: number
  key: string
  value: string
  /** When the broker took it. */
  appended_ms: number
}

/** What kafkajs tells of the batch that a message was in. */
interface BatchContext {
  firstOffset: string
  firstSequence: number
  producerId: string
}

test('every record is in the topic once, in its key’s partition, in order', async () => {
  await using place = await createTestTopic({ partitions: 3 })
  const records = makeRecords(5_000)
  const acknowledged: Acknowledgement[] = []
  {
    await using publisher = await openPublisher({ ...place, logger, batch_rows_max: 300 })
    expect(publisher.partitions).toBe(3)
    const parts = [0, 1_000, 2_000, 3_000, 4_000].map((first) => records.slice(first, first + 1_000))
    await Promise.all(parts.map((part) => publisher.publish(part, (batch) => acknowledged.push(batch))))
  }
  const stored = await readTopic(place.kafka, place.topic)
  const expected = [0, 1, 2].flatMap((partition) =>
    records
      .filter(({ key }) => partitionOf(key, 3) === partition)
      .map(({ key, value }, offset) => ({ partition, offset, key, value: value.toString() })),
  )
  expect(stored).toMatchObject(expected)
  const told = acknowledged.flatMap(({ partition, baseOffset, records: batch }) =>
    batch.map(({ key, value }, index) => ({
      partition,
      offset: Number(baseOffset) + index,
      key,
      value: value.toString(),
    })),
  )
  expect(told.sort(byOffset)).toEqual(expected)
})

test.concurrent('batches that are encoded already are in their partition in the order of the calls', async () => {
  await using place = await createTestTopic({ partitions: 3 })
  const writer = new BatchWriter()
  const written: { partition: number; offset: number; key: string; value: string }[] = []
  {
    await using publisher = await openPublisher({ ...place, logger, outstanding_bytes_max: 1 })
    const sends = [0, 1, 2, 2, 2].map(async (partition, batch) => {
      for (let index = 0; index < 100; index++) {
        const value = `${batch}.${index}`
        writer.begin(1, value.length)
        writer.bytes.write('k', writer.keyAt)
        writer.bytes.write(value, writer.valueAt)
        written.push({ partition, offset: 100 * Math.max(0, batch - 2) + index, key: 'k', value })
      }
      const baseOffset = await publisher.publishBatch(partition, writer.take(Date.now()))
      expect(baseOffset).toBe(String(100 * Math.max(0, batch - 2)))
    })
    await Promise.all(sends)
  }
  expect(await readTopic(place.kafka, place.topic)).toMatchObject(written.sort(byOffset))
})

test.concurrent('the sequence numbers of a partition count its records, so that the broker knows a repetition', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  const records = makeRecords(1_000)
  {
    await using publisher = await openPublisher({ ...place, logger, batch_rows_max: 70 })
    await publisher.publish(records)
  }
  const sequences: number[] = []
  const producers = new Set<string>()
  const consumer = place.kafka.consumer({ groupId: place.topic, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic: place.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      const { firstOffset, firstSequence, producerId }: BatchContext = Reflect.get(message, 'batchContext')
      sequences.push(firstSequence + Number(message.offset) - Number(firstOffset))
      producers.add(producerId)
    },
  })
  await vi.waitFor(() => expect(sequences).toHaveLength(1_000), 20_000)
  await consumer.disconnect()
  expect(sequences).toEqual(records.map((_, index) => index))
  expect(producers.size).toBe(1)
})

test.concurrent('a lost acknowledgement does not make kafkajs’s own repetition write a record twice', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using proxy = await openProxy(place.brokers[0]!)
  const records = makeRecords(1_000)
  {
    await using publisher = await openPublisher({ kafka: proxy.kafka, topic: place.topic, logger })
    await publisher.publish(records.slice(0, 100))
    proxy.withholdAnswers()
    const published = publisher.publish(records.slice(100))
    await vi.waitFor(async () => expect(await countRecords(place)).toBe(1_000), 10_000)
    proxy.cutConnections()
    await published
  }
  const stored = await readTopic(place.kafka, place.topic)
  expect(valuesOf(stored)).toEqual(valuesOf(records))
})

test.concurrent('a rejected send is repeated with the same records until it is acknowledged, and nothing acknowledged is missing', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using proxy = await openProxy(place.brokers[0]!)
  const records = makeRecords(2_000)
  const acknowledged: OutgoingRecord[] = []
  const onAcknowledged = (batch: Acknowledgement) => acknowledged.push(...batch.records)
  const lines: string[] = []
  {
    await using publisher = await openPublisher({ kafka: proxy.kafka, topic: place.topic, logger: collectLines(lines) })
    await publisher.publish(records.slice(0, 100), onAcknowledged)
    proxy.withholdAnswers()
    const published = publisher.publish(records.slice(100, 1_000), onAcknowledged)
    await vi.waitFor(async () => expect(await countRecords(place)).toBe(1_000), 10_000)
    proxy.refuseConnections()
    await vi.waitFor(() => expect(lines.join()).toContain('sending it again with a new producer'), 20_000)
    expect(acknowledged).toHaveLength(100)
    proxy.acceptConnections()
    await published
    await publisher.publish(records.slice(1_000), onAcknowledged)
  }
  expect(valuesOf(acknowledged)).toEqual(valuesOf(records))
  const stored = await readTopic(place.kafka, place.topic)
  expect([...new Set(stored.map(({ value }) => value))].sort(byText)).toEqual(valuesOf(records))
  expect(lines.join()).not.toContain(records[0]!.key)
})

test.concurrent('publishing ends with a clear error when no acknowledgement comes before the deadline', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using proxy = await openProxy(place.brokers[0]!)
  await using publisher = await openPublisher({ kafka: proxy.kafka, topic: place.topic, logger, delivery_ms_max: 100 })
  proxy.refuseConnections()
  await expect(publisher.publish(makeRecords(10))).rejects.toMatchObject({ code: 'publish_failed', retriable: true })
})

test.concurrent('aborting the signal ends publishing at once', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using proxy = await openProxy(place.brokers[0]!)
  const controller = new AbortController()
  const { signal } = controller
  await using publisher = await openPublisher({ kafka: proxy.kafka, topic: place.topic, logger, signal })
  await publisher.publish(makeRecords(10))
  proxy.withholdAnswers()
  const published = publisher.publish(makeRecords(10))
  controller.abort(new Error('enough'))
  await expect(published).rejects.toMatchObject({ code: 'publish_aborted' })
  proxy.cutConnections()
})

test.concurrent('a call for which there is no room is not sent before another is acknowledged', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using proxy = await openProxy(place.brokers[0]!)
  const records = makeRecords(100)
  const [first, second] = [0, 1].map((partition) => records.filter(({ key }) => partitionOf(key, 2) === partition))
  const { kafka } = proxy
  let released_ms = 0
  {
    await using publisher = await openPublisher({ kafka, topic: place.topic, logger, outstanding_bytes_max: 1 })
    await publisher.publish(first!.slice(0, 1))
    await publisher.publish(second!.slice(0, 1))
    proxy.withholdAnswers()
    const calls = [publisher.publish(first!.slice(1)), publisher.publish(second!.slice(1))]
    await vi.waitFor(async () => expect(await countRecords(place)).toBe(first!.length + 1), 10_000)
    released_ms = Date.now()
    proxy.cutConnections()
    await Promise.all(calls)
  }
  const stored = await readTopic(place.kafka, place.topic)
  const late = stored.filter(({ appended_ms }) => appended_ms >= released_ms)
  expect(valuesOf(late)).toEqual(valuesOf(second!.slice(1)))
})

test.concurrent('a record that no batch can hold is refused before anything is sent', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using publisher = await openPublisher({ ...place, logger })
  const records = [...makeRecords(10), { key: 'k', value: Buffer.alloc(1_000_000) }]
  await expect(publisher.publish(records)).rejects.toMatchObject({ code: 'record_too_large' })
  expect(await countRecords(place)).toBe(0)
})

test.concurrent('keys, values and headers of any bytes arrive as they were given, and a null key where its partition key leads', async () => {
  await using place = await createTestTopic({ partitions: 5 })
  const any = randomBytes(64)
  const record = { key: any, value: Buffer.from([0xff, 0, 0x80]) }
  const headers = [
    ['trace', any],
    ['trace', Buffer.alloc(0)],
    ['__proto__x', Buffer.from('é')],
  ] as const
  const unkeyed = { ...record, key: null, partitionKey: 'a member' }
  {
    await using publisher = await openPublisher({ ...place, logger })
    await publisher.publish<OutgoingRecord<RecordKey>>([
      { ...record, headers },
      { ...record, key: Buffer.alloc(0) },
      unkeyed,
    ])
  }
  const consumer = place.kafka.consumer({ groupId: place.topic, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic: place.topic, fromBeginning: true })
  const stored = new Map<string | undefined, { partition: number; value: unknown; headers: unknown }>()
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { key, value, headers } }) => {
      stored.set(key?.toString('latin1'), { partition, value, headers })
    },
  })
  await vi.waitFor(() => expect(stored.size).toBe(3), 20_000)
  await consumer.disconnect()
  const { value } = record
  expect(stored).toEqual(
    new Map([
      [
        any.toString('latin1'),
        {
          partition: partitionOf(any, 5),
          value,
          headers: { trace: [any, Buffer.alloc(0)], __proto__x: Buffer.from('é') },
        },
      ],
      ['', { partition: partitionOf('', 5), value, headers: {} }],
      [undefined, { partition: partitionOf('a member', 5), value, headers: {} }],
    ]),
  )
})

test.concurrent('a record that nothing places in a partition is refused before anything is sent', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using publisher = await openPublisher({ ...place, logger })
  const records = [...makeRecords(10), { key: null, value: Buffer.from('{}') }]
  await expect(publisher.publish(records)).rejects.toMatchObject({ code: 'record_unplaced' })
  expect(await countRecords(place)).toBe(0)
})

test.concurrent('a topic that does not exist is reported by its name', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  const opening = openPublisher({ kafka: place.kafka, topic: `${place.topic}.absent`, logger })
  await expect(opening).rejects.toMatchObject({ code: 'topic_missing' })
})

function makeRecords(count: number): OutgoingRecord[] {
  return Array.from({ length: count }, () => {
    const key = randomBytes(16).toString('hex')
    return { key, value: Buffer.from(`{"id":"${key}"}`) }
  })
}

function valuesOf(records: readonly { value: Buffer | string }[]): string[] {
  return records.map(({ value }) => value.toString()).sort(byText)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byOffset(a: { partition: number; offset: number }, b: { partition: number; offset: number }): number {
  return a.partition - b.partition || a.offset - b.offset
}

function collectLines(lines: string[]) {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  return createLogger({ name: 'test', destination })
}

/** All records of the topic, by partition and offset. */
async function readTopic(kafka: Kafka, topic: string): Promise<Stored[]> {
  const count = await countRecords({ kafka, topic })
  const stored: Stored[] = []
  const consumer = kafka.consumer({ groupId: `${topic}.reader`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const { offset, key, value, timestamp } = message
      stored.push({
        partition,
        offset: Number(offset),
        key: String(key),
        value: String(value),
        appended_ms: Number(timestamp),
      })
    },
  })
  await vi.waitFor(() => expect(stored.length).toBeGreaterThanOrEqual(count), 20_000)
  await consumer.disconnect()
  return stored.sort(byOffset)
}
