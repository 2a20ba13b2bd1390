import { type Step, STEPS } from '@caretally/consumer'

import { CaretallyError } from '@caretally/runtime'

import { openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { createStream } from '../stream.ts'

const EVENTS = 12_000
/** Which passes of the step are the last of a consumer. A fetch of several ranges is closed by one commit. */
const PASSES = { pending: [1, 4], dead_letters: [1, 4], duplicates: [1, 4], events: [1, 4], close: [1, 1] } as const
/** Each consumer cuts ranges of another size than the one before, so that only the pending range is cut as it was. */
const OFFSETS_MAX = [700, 1_100, 900]

/** SIGKILL right after a step of a range; the next consumer takes over what was left. */
function killedAfter(step: Step): FaultCase {
  const passes = PASSES[step]
  return {
    name: `consumer killed after ${step}`,
    description: `SIGKILL right after the step "${step}" of a range, ${passes.length} times, then a consumer that cuts other ranges`,
    async run({ shared, directory, without }) {
      await using run = await openRun({ target: shared, directory, window_offsets: 5_000 })
      await run.publish(createStream({ events: EVENTS, duplicates_percent: 10, far: 500, malformed_percent: 5 }))
      for (const [index, pass] of passes.entries()) {
        const limits = { ...run.options.limits, offsets_max: OFFSETS_MAX[index]! }
        const consumer = await run.launch({
          kill: { after: step, pass },
          options: { limits },
          ...(without && { without }),
        })
        await Promise.race([consumer.ended, run.drained()])
        // the commit that drains the topic is seen before the consumer has passed the step that follows it
        await consumer.stop()
        const { signal } = await consumer.ended
        if (signal !== 'SIGKILL') throw new CaretallyError('not_killed', `no consumer passed ${step} ${pass} times`)
      }
      const limits = { ...run.options.limits, offsets_max: OFFSETS_MAX.at(-1)! }
      const last = await run.launch({ options: { limits }, ...(without && { without }) })
      await run.drained()
      await last.stop()
      return { faults: passes.length, ...(await run.verdict()) }
    },
  }
}

export const killedBetweenSteps: FaultCase[] = STEPS.map((step) => ({
  ...killedAfter(step),
  ...(step === 'events' && { needs: ['token', 'pending_range'] as const }),
}))
