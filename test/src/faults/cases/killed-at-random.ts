import { createRandom } from '@caretally/producers'
import { settleAll } from '@caretally/runtime'

import { openRun } from '../case-run.ts'
import type { ConsumerProcess } from '../consumer-process.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder, strikeAtRandom } from '../moments.ts'
import { createStream } from '../stream.ts'

const SHORT = { events: 1_000_000, kills: 30 }
const LONG = { events: 6_000_000, kills: 240 }
/** The group waits for a killed member as long; a shorter one would drop living members when the machine is busy. */
const SESSION_TIMEOUT_MS = 3_000

export const killedAtRandom: FaultCase = {
  name: 'consumers killed at random',
  description: `SIGKILL of one of two consumers at a random moment, ${SHORT.kills} times in ${SHORT.events.toLocaleString('en-US')} events, each replaced at once`,
  async run({ shared, directory, isLong, seed, without }) {
    const { events, kills } = isLong ? LONG : SHORT
    const random = createRandom(seed)
    await using run = await openRun({
      target: shared,
      directory,
      partitions: 4,
      session_timeout_ms: SESSION_TIMEOUT_MS,
    })
    const launch = () => run.launch({ ...(without && { without }) })
    const consumers: [ConsumerProcess, ConsumerProcess] = [await launch(), await launch()]
    const strike = async () => {
      const victim = random.below(2) === 0 ? 0 : 1
      await consumers[victim].kill()
      consumers[victim] = await launch()
    }
    await settleAll([
      run.publish(createStream({ events, duplicates_percent: 5, far: 5_000, malformed_percent: 1 })),
      strikeAtRandom({ run, random, count: kills, offsets: events, strike }),
    ])
    await run.drained()
    for (const consumer of consumers) await endInOrder(consumer)
    return { faults: kills, ...(await run.verdict()) }
  },
}
