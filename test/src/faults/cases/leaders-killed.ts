import { startKafka } from '@caretally/infra'
import { createRandom } from '@caretally/producers'
import { settleAll } from '@caretally/runtime'

import { openRun, waitUntil } from '../case-run.ts'
import { NODES, openClusterView, REPLICATED } from '../cluster-view.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder, strikeAtRandom } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const SHORT = { events: 150_000, kills: 5 }
const LONG = { events: 1_800_000, kills: 60 }
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
    await using cluster = await openClusterView(kafka.brokers)
    await using run = await openRun({ target: { ...shared, brokers: kafka.brokers }, directory, ...REPLICATED })
    const consumer = await run.launch({ ...(without && { without }) })
    const strike = async () => {
      const leader = (await cluster.leadersOf(run.topic))[random.below(REPLICATED.partitions)]
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
