import { readGroupPositions } from '@caretally/kafka'
import type { Kafka } from 'kafkajs'

/** How many records of the topic the group has not committed yet. */
export async function readLag({ kafka, topic }: { kafka: Kafka; topic: string }, group: string): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const positions = await readGroupPositions(admin, group, topic)
    return positions.reduce((sum, { lag }) => sum + lag, 0)
  } finally {
    await admin.disconnect()
  }
}
