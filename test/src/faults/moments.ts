import type { Random } from '@caretally/producers'
import { CaretallyError, systemClock } from '@caretally/runtime'

import type { CaseRun } from './case-run.ts'
import type { ConsumerProcess } from './consumer-process.ts'

interface Moments {
  run: CaseRun
  random: Random
  /** How many moments there are. */
  count: number
  /** They are spread over the time in which so many offsets are committed. */
  offsets: number
  /** What is done at each moment, while the pipeline is at work. */
  strike: () => Promise<void>
}

/** A moment comes up to this much later than the commit that leads to it, so that it falls on any step of a range. */
const DELAY_MS_MAX = 200

/**
 * Strikes at random moments: one for each of `count` equal parts of the offsets. They are counted in progress and not in
 * time, so that every fault meets a pipeline that has overcome the one before, on a slow machine too.
 */
export async function strikeAtRandom({ run, random, count, offsets, strike }: Moments): Promise<void> {
  for (let part = 0; part < count; part++) {
    await run.reached(Math.floor(((part + random.fraction()) * offsets) / count))
    await systemClock.sleep(random.below(DELAY_MS_MAX))
    await strike()
  }
}

/** Ends a consumer by SIGTERM; one that had ended before, or that does not end in order, is a failure of its case. */
export async function endInOrder(consumer: ConsumerProcess): Promise<void> {
  await consumer.stop()
  const { status, signal } = await consumer.ended
  if (status !== 0) throw new CaretallyError('consumer_failed', `a consumer ended with ${status ?? signal}`)
}
