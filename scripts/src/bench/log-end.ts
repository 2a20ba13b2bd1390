import type { Admin, Kafka } from 'kafkajs'

interface Log extends AsyncDisposable {
  readonly admin: Admin
  /** How many records the topic has. */
  count(): Promise<number>
}

/** Looks at a topic from outside of whoever writes to it. */
export async function openLog(kafka: Kafka, topic: string): Promise<Log> {
  const admin = kafka.admin()
  await admin.connect()
  return {
    admin,
    count: async () => {
      const ends = await admin.fetchTopicOffsets(topic)
      return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}
