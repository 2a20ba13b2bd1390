import { readAllCommitted } from '@caretally/kafka'
import type { Kafka } from 'kafkajs'

/** How many records of the topic the group has not committed yet. */
export async function readLag({ kafka, topic }: { kafka: Kafka; topic: string }, group: string): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const committed = await readAllCommitted(admin, group, topic)
    const ends = await admin.fetchTopicOffsets(topic)
    return ends.reduce((sum, { partition, high, low }) => {
      return sum + Number(high) - (committed.get(partition)?.next ?? Number(low))
    }, 0)
  } finally {
    await admin.disconnect()
  }
}
