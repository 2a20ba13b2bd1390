import type { Clock } from '@caretally/runtime'

import { readMemory, readProcessTable, treeOf } from '../process-table.ts'
import { repeat } from './repeat.ts'

/** The processes of a program at one moment. */
export interface ProcessSample {
  at_ms: number
  cpu_ms: number
  /** Memory that processes share is counted for each of them. */
  resident_bytes: number
  /** Of each process since it began, added up: exact for a single process, at most too high for several. */
  peak_bytes: number
}

export interface ProcessWatch {
  /** In order of time; empty where there is no /proc. */
  readonly samples: readonly ProcessSample[]
  /** Takes the last sample, and ends the watch. */
  stop(this: void): Promise<void>
}

const SAMPLE_MS = 500

/**
 * Watches a program with all its processes, from the one that began it, until it is stopped or `signal` is aborted. The
 * first sample is there when it resolves.
 */
export async function watchProcesses(root: number, clock: Clock, signal: AbortSignal): Promise<ProcessWatch> {
  const samples: ProcessSample[] = []

  async function takeSample(): Promise<void> {
    const tree = treeOf(root, readProcessTable())
    if (tree.length === 0) return
    const memories = tree.map(({ pid }) => readMemory(pid))
    samples.push({
      at_ms: clock.now(),
      cpu_ms: tree.reduce((sum, { cpu_ms }) => sum + cpu_ms, 0),
      resident_bytes: memories.reduce((sum, { resident_bytes }) => sum + resident_bytes, 0),
      peak_bytes: memories.reduce((sum, { peak_bytes }) => sum + peak_bytes, 0),
    })
  }

  await takeSample()
  const { stop } = repeat(takeSample, { every_ms: SAMPLE_MS, clock, signal })
  return { samples, stop }
}

/** The processor time between the first and the last sample; undefined where there are none. */
export function cpuOf(samples: readonly ProcessSample[]): number | undefined {
  const [first] = samples
  const last = samples.at(-1)
  return first && last && last.cpu_ms - first.cpu_ms
}

/** The most memory that the processes had in RAM; undefined where there are no samples. */
export function peakOf(samples: readonly ProcessSample[]): number | undefined {
  return samples.length === 0 ? undefined : Math.max(...samples.map(({ peak_bytes }) => peak_bytes))
}
