import { randomUUID } from 'node:crypto'

import { createLogger } from '@caretally/runtime'
import type { Kafka } from 'kafkajs'
import { inject } from 'vitest'

import { createKafka } from './client.ts'
import { CLOSED_METADATA } from './committed.ts'
import { ensureTopic } from './topics.ts'

export { recordBatchOf, type TestRecord } from './record-batch.test-support.ts'
export { openProxy } from './broken-network.test-support.ts'

/** Where the test run's broker is. */
export interface ProvidedKafka {
  brokers: string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    kafka: ProvidedKafka
  }
}

export interface TestTopic extends AsyncDisposable {
  kafka: Kafka
  brokers: string[]
  topic: string
}

/** How many records the topic has; none has been deleted from it. */
export async function countRecords({ kafka, topic }: Pick<TestTopic, 'kafka' | 'topic'>): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const ends = await admin.fetchTopicOffsets(topic)
    return ends.reduce((sum, { high }) => sum + Number(high), 0)
  } finally {
    await admin.disconnect()
  }
}

/** A topic of its own for one test, deleted at the end, on the real broker that the test run has started. */
export async function createTestTopic({ partitions }: { partitions: number }): Promise<TestTopic> {
  const { brokers } = inject('kafka')
  const kafka = createKafka({
    brokers,
    clientId: 'caretally-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  const topic = `test.${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await ensureTopic(admin, {
    topic,
    partitions,
    replicationFactor: 1,
    minInsyncReplicas: 1,
    retention_ms: 3_600_000,
  })
  return {
    kafka,
    brokers,
    topic,
    async [Symbol.asyncDispose]() {
      await admin.deleteTopics({ topics: [topic] })
      await admin.disconnect()
    },
  }
}

/** The only member of a topic's consumer group, whose commits a test makes. */
export interface GroupMember {
  commit(partition: number, next: number, metadata?: string): Promise<void>
  leave(): Promise<void>
}

/** Joins the group that is named after the topic. */
export async function joinGroup({ kafka, topic }: Pick<TestTopic, 'kafka' | 'topic'>): Promise<GroupMember> {
  const member = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 }) // leaving waits for the fetch
  await member.connect()
  await member.subscribe({ topic })
  const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve))
  await member.run({ autoCommit: false, eachMessage: () => Promise.resolve() })
  await joined
  return {
    commit: (partition, next, metadata = CLOSED_METADATA) =>
      member.commitOffsets([{ topic, partition, offset: String(next), metadata }]),
    leave: () => member.disconnect(),
  }
}
