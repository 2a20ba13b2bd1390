import type { ProcessSample } from './process-watch.ts'
import type { StepCurve } from './step-curve.ts'

interface MemoryWindow {
  mean_bytes: number
  peak_bytes: number
}

/** Memory while the first records were written, and while the last ones were. */
export interface MemoryWindows {
  first: MemoryWindow
  last: MemoryWindow
}

/**
 * The memory of the samples that were taken within the first and the last `records` that were written: what grows with the
 * records shows as a difference between the two.
 *
 * @returns undefined when there are not twice as many records, or no sample falls into one of the two
 */
export function compareMemory(
  samples: readonly ProcessSample[],
  written: StepCurve,
  records: number,
): MemoryWindows | undefined {
  const { total, last_ms = 0 } = written
  if (total < 2 * records) return undefined
  const during = samples.map(({ at_ms, resident_bytes }) => ({ at_ms, resident_bytes, done: written.totalAt(at_ms) }))
  const first = windowOf(during.filter(({ done }) => done > 0 && done <= records))
  const last = windowOf(during.filter(({ at_ms, done }) => done >= total - records && at_ms <= last_ms))
  return first && last && { first, last }
}

function windowOf(samples: readonly { resident_bytes: number }[]): MemoryWindow | undefined {
  if (samples.length === 0) return undefined
  const sizes = samples.map(({ resident_bytes }) => resident_bytes)
  return { mean_bytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length, peak_bytes: Math.max(...sizes) }
}
