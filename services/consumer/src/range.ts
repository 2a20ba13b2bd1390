import { BLOCK_ROWS_MAX } from '@caretally/clickhouse'

/** The offsets `first` to `last`, both included, of one partition: what is written as one unit. */
export interface Range {
  topic: string
  partition: number
  first: number
  last: number
}

/** How large a range may become: it ends with the record that reaches either limit. */
export interface RangeLimits {
  offsets_max: number
  /** Of the records' values, decompressed. */
  bytes_max: number
}

export const RANGE_LIMITS: RangeLimits = { offsets_max: BLOCK_ROWS_MAX, bytes_max: 48 * 1024 * 1024 }

/**
 * The insert deduplication token of a range, the same for each table that it reaches: an insert that is repeated after a
 * crash, a timeout or a rebalance changes nothing. The version counts how a range becomes rows.
 */
export function tokenOf({ topic, partition, first, last }: Range): string {
  return `${topic}|${partition}|${first}|${last}|v1`
}
