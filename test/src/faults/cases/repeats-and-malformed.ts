import { CaretallyError } from '@caretally/runtime'

import { openRun, waitUntil } from '../case-run.ts'
import type { CaseContext, FaultCase } from '../fault-case.ts'
import { createStream } from '../stream.ts'

const EVENTS = 20_000
const EVENTS_LONG = 500_000
/** More repeats than a repair keeps in mind at a time; each of them is an insert of its own. */
const EVENTS_BEYOND_LONG = 150_000
/** In events: about half as many in each of the two partitions. */
const FAR = 4_000
const WINDOW_WIDE_OFFSETS = 10_000
const WINDOW_NARROW_OFFSETS = 1_000

/** 20 % repeats and 5 % malformed records for two consumers, one of which is killed. */
async function consumeRepeats({ shared, directory, without }: CaseContext, events: number, window_offsets: number) {
  const run = await openRun({ target: shared, directory, window_offsets, offsets_max: 700 })
  const killed = await run.launch({ kill: { after: 'events', pass: 4 }, ...(without && { without }) })
  const other = await run.launch({ ...(without && { without }) })
  await run.joined(2)
  await run.publish(createStream({ events, duplicates_percent: 20, far: FAR, malformed_percent: 5 }))
  await waitUntil(async () => !killed.isRunning)
  await run.drained()
  await other.stop()
  return run
}

const withinWindow: FaultCase = {
  name: 'repeats and malformed records',
  description: '20 % repeats, near and far, and 5 % malformed records; two consumers, one killed in the middle',
  needs: ['duplicate_window'],
  async run(context) {
    await using run = await consumeRepeats(context, context.isLong ? EVENTS_LONG : EVENTS, WINDOW_WIDE_OFFSETS)
    return { faults: 1, ...(await run.verdict()) }
  },
}

const beyondWindow: FaultCase = {
  name: 'repeats beyond the window',
  description: 'the same with repeats that come too late for the window: `reconcile --repair` takes them out, once',
  async run(context) {
    await using run = await consumeRepeats(context, context.isLong ? EVENTS_BEYOND_LONG : EVENTS, WINDOW_NARROW_OFFSETS)
    const found = await run.reconcile()
    const repaired = await run.reconcile(['--repair'])
    if (found.status !== 1 || repaired.status !== 0) {
      const statuses = `${found.status} before and ${repaired.status} after the repair`
      throw new CaretallyError(
        'repair_failed',
        `reconcile ended with ${statuses}: ${repaired.stdout}${repaired.stderr}`,
      )
    }
    return { faults: 1, ...(await run.verdict()) }
  },
}

export const repeatsAndMalformed: FaultCase[] = [withinWindow, beyondWindow]
