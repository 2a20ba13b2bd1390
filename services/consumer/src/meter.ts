import type { RangeOutcomes } from './range-rows.ts'

/** Told of the work as it is done, by those who do it. */
export interface Meter {
  /** The group is joined, and from now on only these partitions are ours. */
  joined(partitions: readonly number[]): void
  /** All below `next` is committed; the broker has events up to `end`, exclusive. */
  committed(partition: number, next: number, end: number): void
  /** A block was inserted, at one attempt. */
  inserted(table: string, duration_ms: number): void
  /** An attempt has failed and is going to be repeated. */
  retried(operation: string): void
  /** Every offset of a range has its row. */
  wrote(outcomes: RangeOutcomes): void
}

export const silentMeter: Meter = {
  joined: () => undefined,
  committed: () => undefined,
  inserted: () => undefined,
  retried: () => undefined,
  wrote: () => undefined,
}
