import type { ProcessSample } from './process-watch.ts'
import type { StepCurve } from './step-curve.ts'

export interface MemoryWindow {
  mean_bytes: number
  peak_bytes: number
}

/**
 * The memory of the samples that were taken while the first `records` were written, the second, and so on: what grows with the
 * records shows as a rise that does not end. The last window may be of fewer records, or missing when no sample falls into
 * it; any other without a sample is undefined.
 */
export function memoryByRecords(
  samples: readonly ProcessSample[],
  written: StepCurve,
  records: number,
): (MemoryWindow | undefined)[] {
  const { last_ms = 0 } = written
  const sizes: number[][] = []
  for (const { at_ms, resident_bytes } of samples) {
    const done = written.totalAt(at_ms)
    if (done > 0 && at_ms <= last_ms) (sizes[Math.ceil(done / records) - 1] ??= []).push(resident_bytes)
  }
  return Array.from(sizes, windowOf)
}

function windowOf(sizes: readonly number[] | undefined): MemoryWindow | undefined {
  if (sizes === undefined) return undefined
  return { mean_bytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length, peak_bytes: Math.max(...sizes) }
}
