import { createTestDatabase, insertInteractions, sampleInteraction } from '@caretally/clickhouse/testing'
import { CLOSED_METADATA } from '@caretally/kafka'
import { createTestTopic, type TestTopic } from '@caretally/kafka/testing'
import { expect, test } from 'vitest'

import { openTestDashboard } from './dashboard.test-support.ts'

const timeZone = 'America/Los_Angeles'

async function send({ kafka, topic }: TestTopic, partition: number, count: number): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: Array.from({ length: count }, () => ({ partition, value: 'any' })) })
  await producer.disconnect()
}

test('lag is what has come to Kafka and is not settled, by partition and in all', async () => {
  await using database = await createTestDatabase({ timeZone })
  await using topic = await createTestTopic({ partitions: 2 })
  const group = `${topic.topic}.group`
  await using dashboard = await openTestDashboard(database, {
    kafka: { brokers: topic.brokers, topic: topic.topic, group },
  })
  const read = async () => (await dashboard.get('/api/pipeline')).json() as Promise<object>
  expect(await read()).toMatchObject({
    kafka: 'answers',
    lag: 0,
    last_written_at: null,
    partitions: [
      { partition: 0, committed: null, end: 0, lag: 0 },
      { partition: 1, committed: null, end: 0, lag: 0 },
    ],
  })

  await send(topic, 0, 5)
  await send(topic, 1, 3)
  await insertInteractions(database.client, [sampleInteraction(), sampleInteraction()], { partition: 0 })
  const admin = topic.kafka.admin()
  await admin.connect()
  const committed = [{ partition: 0, offset: '2', metadata: CLOSED_METADATA }]
  await admin.setOffsets({ groupId: group, topic: topic.topic, partitions: committed })
  await admin.disconnect()
  expect(await read()).toMatchObject({
    kafka: 'answers',
    lag: 6,
    last_written_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    partitions: [
      { partition: 0, committed: 2, end: 5, lag: 3 },
      { partition: 1, committed: null, end: 3, lag: 3 },
    ],
  })
})
