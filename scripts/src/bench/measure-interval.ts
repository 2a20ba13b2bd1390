import { systemClock } from '@caretally/runtime'

import { Progress } from '../progress.ts'
import type { BenchRun } from './bench-run.ts'
import { failWhenEnded } from './fail-when-ended.ts'
import type { ProcessMeter } from './process-meter.ts'
import { type Interval, watchInterval } from './watch-interval.ts'

interface MeasureOptions {
  /** Of the progress bar. */
  name: string
  /** How many rows there are. */
  count: () => Promise<number>
  meter: ProcessMeter
  /** Rejects when who makes the rows has ended too early; never resolves. */
  failed: Promise<never>
}

/** Watches with a progress bar until all events of the run are there, or until something that has to run does not. */
export async function measureInterval(
  { name, count, meter, failed }: MeasureOptions,
  run: BenchRun,
): Promise<Interval> {
  const { servers, events, directory, signal } = run
  using progress = new Progress()
  const bar = progress.add(name, events)
  const over = new AbortController()
  const watch = watchInterval({
    total: events,
    count,
    cpu_us: () => meter.cpu_us(),
    onProgress: (rows) => bar.set(rows),
    clock: systemClock,
    signal: AbortSignal.any([signal, over.signal]),
  })
  try {
    return await Promise.race([watch, failed, failWhenEnded(servers, directory)])
  } finally {
    over.abort()
    await watch.catch(() => undefined)
  }
}
