import { createTestDatabase, insertInteractions, sampleInteraction } from '@caretally/clickhouse/testing'
import { growTopic, pendingMetadata } from '@caretally/kafka'
import { createTestTopic, joinGroup } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { BREAKER_LIMITS } from './breaker.ts'
import { verifyPartitions } from './load-partition.ts'
import { resolveBuild } from './test-build.ts'

const WINDOW_OFFSETS = 10

/** A consumer that knows the topic, and a group whose commits the test makes. */
async function openGroup() {
  const topic = await createTestTopic({ partitions: 1 })
  const database = await createTestDatabase()
  const { kafka } = topic
  const admin = kafka.admin()
  await admin.connect()
  await admin.fetchTopicOffsets(topic.topic)
  const member = await joinGroup(topic)
  const options = {
    admin,
    clickhouse: database.client,
    group: topic.topic,
    topic: topic.topic,
    window_offsets: WINDOW_OFFSETS,
    breaker: BREAKER_LIMITS,
    logger: createLogger({ name: 'test', level: 'silent' }),
    build: resolveBuild(),
  }
  return {
    verify: (...partitions: number[]) => verifyPartitions(partitions, options),
    /** Five events of the partition are written. */
    write: (partition: number) => {
      const events = Array.from({ length: 5 }, () => sampleInteraction())
      return insertInteractions(database.client, events, { partition, first: 0, token: `partition ${partition}` })
    },
    commit: (partition: number, next: number, metadata?: string) => member.commit(partition, next, metadata),
    async grow(partitions: number) {
      const other = kafka.admin()
      await other.connect()
      await growTopic(other, topic.topic, partitions)
      await other.disconnect()
    },
    async [Symbol.asyncDispose]() {
      await member.leave()
      await admin.disconnect()
      await database[Symbol.asyncDispose]()
      await topic[Symbol.asyncDispose]()
    },
  }
}

test('a partition that is younger than what this process knows of the topic is verified by what is committed for it', async () => {
  await using group = await openGroup()
  await group.verify(0)
  await group.grow(2)
  await group.write(1)
  await group.commit(1, 5)
  await group.verify(0, 1)
})

test.each([
  ['window_differs', { last: 9, window_offsets: WINDOW_OFFSETS + 1, contract: 1 }],
  ['contract_later', { last: 9, window_offsets: WINDOW_OFFSETS, contract: 2 }],
])('%s is found when the partition is assigned, before any event comes', async (code, pending) => {
  await using group = await openGroup()
  await group.write(0)
  await group.commit(0, 5, pendingMetadata(pending))
  await expect(group.verify(0)).rejects.toMatchObject({ code })
})
