import { once } from 'node:events'

import kafkajs, { type Kafka, type PartitionAssigner } from 'kafkajs'

/** The leader of a consumer group, who takes as long to share the partitions as the test wants. */
export interface SlowLeader extends AsyncDisposable {
  /** In how many generations it was asked to share them; in the first one it is alone. */
  readonly generations: number
  /** Shares them in the present generation. Until then nobody has joined it. */
  share(): void
}

/** Generations in which it waits, after the first; in later ones the members leave, and shall not have to wait. */
const SLOW_GENERATIONS = new Set([2, 3])

/** Joins a group that has no members yet. In the second and third generation it waits for {@link SlowLeader.share}. */
export async function joinAsLeader(kafka: Kafka, topic: string, groupId: string): Promise<SlowLeader> {
  const sharing = new EventTarget()
  let generations = 0
  const assigner: PartitionAssigner = (config) => {
    const roundRobin = kafkajs.PartitionAssigners.roundRobin(config)
    return {
      ...roundRobin,
      async assign(members) {
        generations += 1
        if (SLOW_GENERATIONS.has(generations)) await once(sharing, 'share')
        return roundRobin.assign(members)
      },
    }
  }
  const member = await join(kafka, topic, groupId, [assigner])
  await member.joined
  return {
    get generations() {
      return generations
    },
    share: () => void sharing.dispatchEvent(new Event('share')),
    [Symbol.asyncDispose]: async () => {
      sharing.dispatchEvent(new Event('share'))
      await member[Symbol.asyncDispose]()
    },
  }
}

/** One more member, which has joined once `joined` resolves. */
export async function join(
  kafka: Kafka,
  topic: string,
  groupId: string,
  partitionAssigners?: PartitionAssigner[],
): Promise<AsyncDisposable & { joined: Promise<void> }> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, ...(partitionAssigners && { partitionAssigners }) })
  await consumer.connect()
  await consumer.subscribe({ topic })
  const joined = consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() })
  return { joined, [Symbol.asyncDispose]: () => consumer.disconnect() }
}
