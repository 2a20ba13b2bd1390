import { startKafka } from '@caretally/infra'
import { createRandom } from '@caretally/producers'
import { settleAll } from '@caretally/runtime'

import { openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder, strikeAtRandom } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const SHORT = { events: 90_000, kills: 3 }
const LONG = { events: 1_500_000, kills: 50 }

export const brokerKilled: FaultCase = {
  name: 'the only broker killed',
  description: `SIGKILL of a cluster of one broker while events are produced and consumed, ${SHORT.kills} times, each time started again`,
  async run({ shared, directory, isLong, seed, without }) {
    const { events, kills } = isLong ? LONG : SHORT
    const random = createRandom(seed)
    await using files = await makeOwnDirectory(directory, 'killed-broker')
    await using kafka = await startKafka({ directory: files.path })
    const [broker] = kafka.nodes
    await using run = await openRun({ target: { ...shared, brokers: kafka.brokers }, directory })
    const consumer = await run.launch({ ...(without && { without }) })
    const strike = async () => {
      await broker!.kill()
      await broker!.start()
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
