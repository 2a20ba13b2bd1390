/** Offsets `first` to `last`, both included. */
export interface Run {
  first: number
  last: number
}

/** How one partition's consumed offsets ended. */
export interface PartitionAccount {
  partition: number
  /** The first offset that was to be consumed. */
  firstOffset: number
  /** The committed offset: everything from `firstOffset` to the one before is settled. */
  nextOffset: number
  consumed: number
  accepted: number
  duplicates: number
  deadLetters: number
  /** Events that were accepted and then erased with their member; absent where there are none. */
  erased?: number
}

/**
 * One day of the reporting time zone. `expired` when raw has fewer events because retention may have taken some, which proves
 * nothing; `undecided` when the two differ and that proves nothing: because events came in
 * whenever they were looked at, or because there are rows that the group has not committed.
 */
export interface DayAccount {
  day: string
  /** Accepted events, with those that were erased. */
  raw: number
  /** Events in the daily counts. */
  daily: number
  status: 'holds' | 'drift' | 'undecided' | 'expired'
}

/** What raw has more than the daily counts, of one combination of a day. */
export interface DayDifference {
  kind: string
  channel: string
  region: string
  detail: string
  events: number
  quantity: number
}

/** An offset run with the number of rows that each of its offsets has. */
export interface OverlapRun extends Run {
  accepted: number
  duplicates: number
  deadLetters: number
  /** 1 where the event was erased, and yet something is there. */
  erased?: number
}

export interface Place {
  partition: number
  offset: number
}

/** An event that was accepted more than once; its first place keeps it. */
export interface RepeatedEvent {
  first: Place
  repeats: Place[]
}

/**
 * Something that does not add up. Lists are bounded, and `truncated` when there is more; numbers beside them are
 * complete.
 *
 * - `missing_offsets`: consumed, but without an outcome. Cannot be mended from ClickHouse.
 * - `overlapping_offsets`: with several outcomes. Cannot be mended, unless it is a repair or an erasure that broke off. Of
 *   erased events that are there again, too: they were written a second time.
 * - `uncommitted_rows`: rows of a partition that the group has neither committed nor made pending. Days cannot be judged
 *   then, nor mended: `first` and `last` are the rows' lowest and highest offset.
 * - `repeated_events`: accepted more than once. `--repair` keeps the first.
 * - `orphaned_duplicates`: dropped as repeats of an event that is accepted nowhere.
 * - `day`: raw and the daily counts differ. `--repair` compensates it.
 * - `annual`: a figure was published as final and its days say something else by now.
 */
export type Drift =
  | { type: 'missing_offsets'; partition: number; offsets: number; runs: Run[]; truncated: boolean }
  | { type: 'overlapping_offsets'; partition: number; rowsTooMany: number; runs: OverlapRun[]; truncated: boolean }
  | { type: 'uncommitted_rows'; partition: number; rows: number; first: number; last: number }
  | { type: 'repeated_events'; rowsTooMany: number; events: RepeatedEvent[]; truncated: boolean }
  | { type: 'orphaned_duplicates'; partition: number; offsets: number[]; truncated: boolean }
  | { type: 'day'; day: string; raw: number; daily: number; differences: DayDifference[]; truncated: boolean }
  | { type: 'annual'; year: number; metric: string; version: number; published: number; counted: number }

/** The proof. */
export interface Ledger {
  /** No drift, and nothing that could not be decided. What has expired is neither. */
  ok: boolean
  partitions: PartitionAccount[]
  days: DayAccount[]
  drift: Drift[]
  /** The day from whose beginning in UTC on all that was written is kept, where retention may have taken what was before. */
  keptFrom?: string
}

/** How far a proof has come. */
export interface Progress {
  stage: 'offsets' | 'days' | 'repeats'
  rows: number
  rows_total: number
}
