import { createKafka } from '@caretally/kafka'
import { createLogger } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

/** What the brokers say about the leaders and the replicas. */
export interface ClusterView extends AsyncDisposable {
  /** The id of the node that leads a partition. */
  leaderOf(topic: string, partition: number): Promise<number | undefined>
  /** Whether every one of so many replicas of the topics has all that is acknowledged. */
  isInSync(topics: string[], replicas: number): Promise<boolean>
}

export async function openClusterView(brokers: string[]): Promise<ClusterView> {
  const logger = createLogger({ name: 'faults', level: 'silent' })
  const admin = createKafka({ brokers, clientId: 'caretally-faults', logger }).admin()
  await admin.connect()
  return {
    async leaderOf(topic, partition) {
      const partitions = await describe(admin, [topic])
      return partitions.find(({ partitionId }) => partitionId === partition)?.leader
    },
    async isInSync(topics, replicas) {
      const partitions = await describe(admin, topics)
      return partitions.every(({ leader, isr }) => leader >= 0 && isr.length === replicas)
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}

async function describe(admin: Admin, topics: string[]) {
  const metadata = await admin.fetchTopicMetadata({ topics })
  return metadata.topics.flatMap(({ partitions }) => partitions)
}
