import type { Step } from '@caretally/consumer'
import { partitionOf } from '@caretally/kafka'

import { openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { createStream, type StreamRecord } from '../stream.ts'

const PARTITIONS = 2
const EVENTS = 4_000
const EVENTS_LONG = 100_000

/**
 * A member sleeps past its session in the middle of a range of one partition, knowing the other one by heart. Meanwhile
 * both are written on by somebody else. It must neither go on where it was, nor trust what it knows once it gets them
 * back.
 */
function frozenAfter(step: Step): FaultCase {
  return {
    name: `frozen member, after ${step}`,
    description: `SIGSTOP right after the step "${step}" until another member has written the partitions on, then SIGCONT`,
    async run({ shared, directory, isLong, without }) {
      const events = isLong ? EVENTS_LONG : EVENTS
      await using run = await openRun({ target: shared, directory, partitions: PARTITIONS, offsets_max: 400 })
      const streamOf = (seed: number) => createStream({ events, seed, duplicates_percent: 10, malformed_percent: 2 })
      const sleeper = await run.launch({ freeze: { after: step }, ...(without && { without }) })
      await run.publish(streamOf(1))
      await run.drained()
      const frozen = sleeper.freeze()
      await run.publish(onlyTo(0, streamOf(2)))
      await frozen

      const other = await run.launch({ ...(without && { without }) })
      await run.publish(streamOf(3))
      await run.drained()
      sleeper.send('SIGCONT')
      sleeper.goOn()
      await run.joined(2)
      await run.publish(streamOf(4))
      await run.drained()
      await other.stop()
      await run.publish(streamOf(5))
      await run.drained()
      await sleeper.stop()
      return { faults: 1, ...(await run.verdict()) }
    },
  }
}

function* onlyTo(partition: number, stream: Iterable<StreamRecord>): Generator<StreamRecord> {
  for (const record of stream) if (partitionOf(record.key, PARTITIONS) === partition) yield record
}

export const frozenMember: FaultCase[] = [{ ...frozenAfter('pending'), needs: ['epoch'] }, frozenAfter('events')]
