import { once } from 'node:events'

import { startMember, type TestTopic } from '@caretally/kafka/testing'
import kafkajs, { type PartitionAssigner } from 'kafkajs'

/** The leader of a consumer group, who takes as long to share the partitions as the test wants. */
export interface SlowLeader extends AsyncDisposable {
  /** In how many generations it was asked to share them; in the first one it is alone. */
  readonly generations: number
  /** Shares them in the present generation. Until then nobody has joined it. */
  share(): void
}

/** Generations in which it waits, after the first; in later ones the members leave, and shall not have to wait. */
const SLOW_GENERATIONS = new Set([2, 3])

/** Joins the group that is named after the topic and has no members yet. In the second and third generation it waits for {@link SlowLeader.share}. */
export async function joinAsLeader(place: Pick<TestTopic, 'kafka' | 'topic'>): Promise<SlowLeader> {
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
  const { member, joined } = await startMember(place, [assigner])
  await joined
  return {
    get generations() {
      return generations
    },
    share: () => void sharing.dispatchEvent(new Event('share')),
    [Symbol.asyncDispose]: async () => {
      sharing.dispatchEvent(new Event('share'))
      await member.disconnect()
    },
  }
}
