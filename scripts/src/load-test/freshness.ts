import type { StepCurve } from './step-curve.ts'

/** How long events take, in milliseconds. */
export interface Freshness {
  p50_ms: number
  p95_ms: number
  p99_ms: number
  max_ms: number
}

/**
 * How long it took from an event's acknowledgement until it was visible, over all events that are both.
 *
 * The two curves know no single events, so the k-th acknowledged one is taken for the k-th visible one. The mean is right in
 * whatever order they came; the percentiles are exact when events do not overtake each other, and where partitions do, the
 * highest are at most too low by how much. An event that is seen before its acknowledgement has come back counts as 0. What
 * is known of visibility comes from looking again and again: a time is too long by up to the time between two looks.
 *
 * @returns undefined when nothing is acknowledged and visible
 */
export function measureFreshness(acknowledged: StepCurve, visible: StepCurve): Freshness | undefined {
  const delays = [...pairUp(acknowledged, visible)].sort((a, b) => a.delay_ms - b.delay_ms)
  const events = delays.reduce((sum, delay) => sum + delay.events, 0)
  if (events === 0) return undefined
  const percentile = (share: number): number => {
    let within = 0
    for (const delay of delays) {
      within += delay.events
      if (within >= share * events) return delay.delay_ms
    }
    return delays.at(-1)!.delay_ms
  }
  return { p50_ms: percentile(0.5), p95_ms: percentile(0.95), p99_ms: percentile(0.99), max_ms: percentile(1) }
}

interface Delay {
  events: number
  delay_ms: number
}

/** Runs of events that were acknowledged together and became visible together. */
function* pairUp(acknowledged: StepCurve, visible: StepCurve): Generator<Delay, void, void> {
  const seen = visible.steps()
  let look = seen.next()
  let paired = 0
  for (const { at_ms, total } of acknowledged.steps()) {
    while (paired < total) {
      if (look.done) return
      const until = Math.min(total, look.value.total)
      yield { events: until - paired, delay_ms: Math.max(0, look.value.at_ms - at_ms) }
      paired = until
      if (paired === look.value.total) look = seen.next()
    }
  }
}
