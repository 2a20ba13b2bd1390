import { startKafka } from '@caretally/infra'
import { createKafka } from '@caretally/kafka'
import { createRandom } from '@caretally/producers'
import { createLogger, settleAll } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import { openRun, waitUntil } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder, strikeAtRandom } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const SHORT = { events: 150_000, kills: 5 }
const LONG = { events: 1_800_000, kills: 60 }
const NODES = 3
const PARTITIONS = 4
/** Kafka's own: its leaders coordinate the group. */
const OFFSETS_TOPIC = '__consumer_offsets'

export const leadersKilled: FaultCase = {
  name: 'leaders killed',
  description: `SIGKILL of the leader of a busy partition among ${NODES} brokers, ${SHORT.kills} times, each back in sync before the next`,
  async run({ shared, directory, isLong, seed, without }) {
    const { events, kills } = isLong ? LONG : SHORT
    const random = createRandom(seed)
    await using files = await makeOwnDirectory(directory, 'killed-leaders')
    await using kafka = await startKafka({ directory: files.path, nodes: NODES })
    await using cluster = await openCluster(kafka.brokers)
    await using run = await openRun({
      target: { ...shared, brokers: kafka.brokers },
      directory,
      partitions: PARTITIONS,
      replicationFactor: NODES,
      minInsyncReplicas: NODES - 1,
    })
    const consumer = await run.launch({ ...(without && { without }) })
    const strike = async () => {
      const leader = await cluster.leaderOf(run.topic, random.below(PARTITIONS))
      const node = kafka.nodes.find(({ id }) => id === leader)!
      await node.kill()
      await node.start()
      await waitUntil(() => cluster.isInSync([run.topic, OFFSETS_TOPIC]))
    }
    await settleAll([
      run.publish(createStream({ events, duplicates_percent: 5, malformed_percent: 1 })),
      strikeAtRandom({ run, random, count: kills, offsets: events, strike }),
    ])
    await run.drained()
    await endInOrder(consumer)
    return { faults: kills, ...(await run.verdict()) }
  },
}

/** What the brokers say about the leaders and the replicas. */
async function openCluster(brokers: string[]) {
  const logger = createLogger({ name: 'faults', level: 'silent' })
  const admin = createKafka({ brokers, clientId: 'caretally-faults', logger }).admin()
  await admin.connect()
  return {
    /** The id of the node that leads a partition. */
    async leaderOf(topic: string, partition: number): Promise<number | undefined> {
      const partitions = await describe(admin, [topic])
      return partitions.find(({ partitionId }) => partitionId === partition)?.leader
    },
    /** Whether every replica of the topics has all that is acknowledged. */
    async isInSync(topics: string[]): Promise<boolean> {
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
