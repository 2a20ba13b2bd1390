import { createKafka } from '@caretally/kafka'
import { createLogger } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

/** Brokers of a cluster of which one may fail. */
export const NODES = 3
/** A run's topic on it: one broker may fail, and not two. */
export const REPLICATED = { partitions: 4, replicationFactor: NODES, minInsyncReplicas: NODES - 1 } as const

/** What the brokers say about the leaders and the replicas. */
export interface ClusterView extends AsyncDisposable {
  /** The ids of the nodes that lead the partitions, by partition. */
  leadersOf(topic: string): Promise<number[]>
  /** Whether every replica of the topics has all that is acknowledged. */
  isInSync(topics: string[]): Promise<boolean>
}

export async function openClusterView(brokers: string[]): Promise<ClusterView> {
  const logger = createLogger({ name: 'faults', level: 'silent' })
  const admin = createKafka({ brokers, clientId: 'caretally-faults', logger }).admin()
  await admin.connect()
  return {
    async leadersOf(topic) {
      const partitions = await describe(admin, [topic])
      return partitions.sort((one, other) => one.partitionId - other.partitionId).map(({ leader }) => leader)
    },
    async isInSync(topics) {
      const partitions = await describe(admin, topics)
      return partitions.every(({ leader, isr }) => leader >= 0 && isr.length === NODES)
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}

async function describe(admin: Admin, topics: string[]) {
  const metadata = await admin.fetchTopicMetadata({ topics })
  return metadata.topics.flatMap(({ partitions }) => partitions)
}
