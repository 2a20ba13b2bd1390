import { randomUUID } from 'node:crypto'

import { createLogger } from '@caretally/runtime'
import type { Consumer, Kafka, PartitionAssigner } from 'kafkajs'
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

/** A member that commits nothing by itself; it has joined the group that is named after the topic once `joined` resolves. */
export async function startMember(
  { kafka, topic }: Pick<TestTopic, 'kafka' | 'topic'>,
  partitionAssigners?: PartitionAssigner[],
): Promise<AsyncDisposable & { member: Consumer; joined: Promise<void> }> {
  const member = kafka.consumer({
    groupId: topic,
    maxWaitTimeInMs: 100, // leaving waits for the fetch
    ...(partitionAssigners && { partitionAssigners }),
  })
  await member.connect()
  await member.subscribe({ topic })
  return {
    member,
    joined: member.run({ autoCommit: false, eachMessage: () => Promise.resolve() }),
    [Symbol.asyncDispose]: () => member.disconnect(),
  }
}

/** Joins the group that is named after the topic. */
export async function joinGroup(place: Pick<TestTopic, 'kafka' | 'topic'>): Promise<GroupMember> {
  const { topic } = place
  const { member, joined } = await startMember(place)
  await joined
  return {
    commit: (partition, next, metadata = CLOSED_METADATA) =>
      member.commitOffsets([{ topic, partition, offset: String(next), metadata }]),
    leave: () => member.disconnect(),
  }
}
