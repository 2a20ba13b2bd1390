import type { RangeOutcomes } from './range-rows.ts'

/** What is attempted until it succeeds. */
export const OPERATIONS = ['load_partition', 'insert', 'find_refused_events', 'look_for_rows', 'count_again'] as const
export type Operation = (typeof OPERATIONS)[number]

/** Told of the work as it is done, by those who do it: by range and by request, never by event. */
export interface Meter {
  /** The group is joined, and from now on only these partitions are ours. */
  joined(partitions: readonly number[]): void
  /** What Kafka has that is not committed, of each partition that is ours. */
  lags(offsets: ReadonlyMap<number, number>): void
  /** Kafka has taken a commit. */
  committed(duration_ms: number): void
  /** A fetched batch is worked on, until it is disposed of. */
  working(): Disposable
  /** A batch waits for ClickHouse, until it is disposed of. */
  waiting(): Disposable
  /** A block was inserted, at one attempt. */
  inserted(table: string, duration_ms: number): void
  /** An attempt has failed and is going to be repeated. */
  retried(operation: Operation): void
  /** Every offset of a range has its row; its first record was appended to the log at `appended_ms`. */
  wrote(outcomes: RangeOutcomes, appended_ms: number): void
  /** The share of dead letters among the offsets that a partition's breaker looks back upon. */
  deadLetterShare(partition: number, share: number): void
  /** Too many are dead letters: the consumer is about to stop. */
  broke(): void
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined }

export const silentMeter: Meter = {
  joined: () => undefined,
  lags: () => undefined,
  committed: () => undefined,
  working: () => nothing,
  waiting: () => nothing,
  inserted: () => undefined,
  retried: () => undefined,
  wrote: () => undefined,
  deadLetterShare: () => undefined,
  broke: () => undefined,
}
