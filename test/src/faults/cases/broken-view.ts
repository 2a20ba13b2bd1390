import { CaretallyError } from '@caretally/runtime'

import { openRun, waitUntil } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { createStream } from '../stream.ts'

const EVENTS = 6_000
const FAULTS = 3
const FAULTS_LONG = 30

/**
 * A view that fails breaks an insert off when the raw events of the range are written and their daily counts are not. Only
 * a replay that reaches the view of the daily counts, although the raw table has the block already, makes the two equal
 * again. The consumer stops, since no repetition would help, and is started again when the failing view is gone.
 */
export const brokenView: FaultCase = {
  name: 'daily counts not written',
  description:
    'the daily counts cannot be written while the raw events can; the consumer stops and is started again later',
  needs: ['view_deduplication'],
  async run({ shared, directory, isLong, without }) {
    const faults = isLong ? FAULTS_LONG : FAULTS
    await using run = await openRun({ target: shared, directory, offsets_max: 300 })
    const command = (query: string) => run.client.command({ query })
    for (let fault = 0; fault < faults; fault++) {
      await command(
        `CREATE MATERIALIZED VIEW a_failing_view ENGINE = Null AS
         SELECT throwIf(kafka_offset >= 0) AS failed FROM events`,
      )
      const failing = await run.launch({ ...(without && { without }) })
      await run.publish(createStream({ events: EVENTS, seed: fault, malformed_percent: 2 }))
      await waitUntil(async () => !failing.isRunning)
      const { status } = await failing.ended
      if (status !== 1) throw new CaretallyError('not_stopped', `the consumer ended with ${status} instead of 1`)
      await command('DROP VIEW a_failing_view SYNC')
      const consumer = await run.launch({ ...(without && { without }) })
      await run.drained()
      await consumer.stop()
    }
    return { faults, ...(await run.verdict()) }
  },
}
