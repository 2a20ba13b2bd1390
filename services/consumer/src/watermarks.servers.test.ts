import { readWatermark } from '@caretally/clickhouse'
import { createTestDatabase } from '@caretally/clickhouse/testing'
import { createTestTopic } from '@caretally/kafka/testing'
import { createLogger, systemClock } from '@caretally/runtime'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'

import { Watermarks } from './watermarks.ts'

const NOON_MS = Date.UTC(2020, 5, 1, 12)

/** Watermarks of a topic with two partitions, and what is known of them once they were kept to an end. */
async function openWatermarks() {
  const topic = await createTestTopic({ partitions: 2 })
  const database = await createTestDatabase()
  const admin = topic.kafka.admin()
  await admin.connect()
  const source = { admin, clickhouse: database.client, group: topic.topic, topic: topic.topic }
  const watermarks = new Watermarks({
    ...source,
    clock: systemClock,
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  return {
    watermarks,
    commit: (partition: number, offset: string) =>
      admin.setOffsets({ groupId: source.group, topic: source.topic, partitions: [{ partition, offset }] }),
    send: async (partition: number) => {
      const producer = topic.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
      await producer.connect()
      await producer.send({ topic: source.topic, messages: [{ key: 'key', value: 'value', partition }] })
      await producer.disconnect()
    },
    async recorded() {
      await watermarks.keep(AbortSignal.abort())
      return await readWatermark(database.client)
    },
    async [Symbol.asyncDispose]() {
      await admin.disconnect()
      await database[Symbol.asyncDispose]()
      await topic[Symbol.asyncDispose]()
    },
  }
}

test('a topic without records has been read up to now', async () => {
  await using topic = await openWatermarks()
  const before_ms = Date.now()
  expect(await topic.recorded()).toBeGreaterThanOrEqual(before_ms)
})

test('a partition with a record that is not committed has been read up to where a range of it was written', async () => {
  await using topic = await openWatermarks()
  await topic.send(1)
  expect(await topic.recorded()).toBe(-Infinity)

  topic.watermarks.note(1, NOON_MS)
  topic.watermarks.note(1, NOON_MS - 1)

  expect(await topic.recorded()).toBe(NOON_MS)
})

test('a partition of which all is committed has been read up to now', async () => {
  await using topic = await openWatermarks()
  await topic.send(0)
  await topic.commit(0, '1')
  const before_ms = Date.now()
  expect(await topic.recorded()).toBeGreaterThanOrEqual(before_ms)
})
