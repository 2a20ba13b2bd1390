import type { Kind, PseudonymKey } from '@caretally/events'
import type { Publisher } from '@caretally/kafka'
import { type Clock, systemClock } from '@caretally/runtime'

import { createDraw } from './draw-event.ts'
import { createRandom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { createTally, type Tally } from './tally.ts'

export interface LiveOptions {
  scenario: Scenario
  /** Divides the scenario's members. */
  scale: number
  /** Must differ between programs that run at the same time, or their ids may meet. */
  seed: number
  timeZone: string
  publisher: Pick<Publisher, 'publish'>
  /** Of the members' pseudonyms. */
  pseudonymKey: PseudonymKey
  rate_per_second: number
  /** Without it, until the signal. */
  duration_ms?: number
  kinds?: readonly Kind[]
  tally?: Tally
  onProgress?: (acknowledged: number) => void
  clock?: Clock
  signal?: AbortSignal
}

const TICK_MS = 100
/** What could not be published in time is made up for, up to this much; the rest did not happen. */
const BACKLOG_MS_MAX = 5_000
const BACKLOG_ROWS_MAX = 20_000

/**
 * Publishes events of now at a rate, until `duration_ms` is over or the signal is aborted, and resolves to the tally of what
 * is acknowledged. The kinds have the proportions that the scenario's last year has at this hour.
 */
export async function live(options: LiveOptions): Promise<Tally> {
  const { publisher, rate_per_second, clock = systemClock, tally = createTally(), signal } = options
  const draw = createDraw(options)
  const random = createRandom(options.seed)
  const start_ms = clock.now()
  const end_ms = start_ms + (options.duration_ms ?? Infinity)
  const backlog_max = Math.min(BACKLOG_ROWS_MAX, Math.max(1, (BACKLOG_MS_MAX * rate_per_second) / 1_000))
  // Of the events that were due since the start, those that are published or given up.
  let settled = 0

  for (;;) {
    const now_ms = Math.min(clock.now(), end_ms)
    const due = Math.floor(((now_ms - start_ms) * rate_per_second) / 1_000) - settled
    if (due > 0) {
      const block = Array.from({ length: Math.min(due, Math.floor(backlog_max)) }, () => draw(clock.now(), random))
      await publisher.publish(block, ({ records }) => {
        for (const { date, cell } of records) tally.add(date, cell)
        options.onProgress?.(tally.total)
      })
      settled += due
    }
    if (now_ms === end_ms || !(await sleepUnlessAborted(clock, Math.min(TICK_MS, end_ms - now_ms), signal)))
      return tally
  }
}

/** Whether the time is over; false when the signal was aborted first. */
async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    signal?.throwIfAborted()
    await clock.sleep(ms, signal)
    return true
  } catch (error) {
    if (signal?.aborted) return false
    throw error
  }
}
