import { CaretallyError, type Clock } from '@caretally/runtime'

/** What happened between the first rows and the last. */
export interface Interval {
  /** Those that came within it: all but the ones that were there when it began. */
  rows: number
  seconds: number
  cpu_us: number
  /** There were too few rows: so many came at once that the interval begins with the watch, start-up included. */
  isRough: boolean
}

interface WatchOptions {
  /** How many rows there will be. */
  total: number
  /** How many there are, from 0. */
  count: () => Promise<number>
  /** What the processes that are measured have used so far. */
  cpu_us: () => number
  onProgress: (rows: number) => void
  clock: Clock
  signal: AbortSignal
}

/** The edges of the interval are sharp, and asking in between, where it disturbs what is measured, is rare. */
const POLL_EDGE_MS = 25
const POLL_MIDDLE_MS = 200
const EDGE_MS = 1_000
/** At the first rows more than this part of all of them: the rest is too little to measure. */
const FIRST_SHARE_MAX = 0.2
const STALL_MS_MAX = 120_000

/**
 * Asks for the number of rows until all are there. The interval begins when the first rows are seen, so that neither the start
 * of a process nor the join of a group counts for it.
 *
 * @throws {CaretallyError} `bench_stalled` when nothing comes for 120 s
 */
export async function watchInterval(options: WatchOptions): Promise<Interval> {
  const { total, count, onProgress, clock, signal } = options
  const look = async () => ({ rows: await count(), time_ms: clock.now(), cpu_us: options.cpu_us() })
  const start = { rows: 0, time_ms: clock.now(), cpu_us: options.cpu_us() }
  let first: typeof start | undefined
  let last = start
  for (;;) {
    const now = await look()
    if (now.rows !== last.rows) {
      first ??= now
      last = now
      onProgress(now.rows)
    }
    if (last.rows >= total) break
    if (now.time_ms - last.time_ms > STALL_MS_MAX) throw stalled(last.rows, total)
    await clock.sleep(pollDelay_ms(first, now, total), signal)
  }
  const isRough = first === undefined || first.rows > total * FIRST_SHARE_MAX
  const begin = isRough || !first ? start : first
  return {
    rows: last.rows - begin.rows,
    seconds: (last.time_ms - begin.time_ms) / 1_000,
    cpu_us: last.cpu_us - begin.cpu_us,
    isRough,
  }
}

interface Look {
  rows: number
  time_ms: number
}

function pollDelay_ms(first: Look | undefined, now: Look, total: number): number {
  if (!first || now.rows === first.rows) return POLL_EDGE_MS
  const rate = (now.rows - first.rows) / (now.time_ms - first.time_ms)
  return (total - now.rows) / rate < EDGE_MS ? POLL_EDGE_MS : POLL_MIDDLE_MS
}

function stalled(rows: number, total: number): CaretallyError {
  const counts = `${rows.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows`
  return new CaretallyError('bench_stalled', `nothing came for ${STALL_MS_MAX / 1_000} s after ${counts}`)
}
