import type { KafkaMessage } from 'kafkajs'

/** The offsets `first` to `last`, both included, of one partition: what is written as one unit. */
export interface Range {
  topic: string
  partition: number
  first: number
  last: number
}

/** How large a range may become. A single message may exceed `bytes_max`; it then is a range of its own. */
export interface RangeLimits {
  offsets_max: number
  /** Of the messages' values, decompressed. */
  bytes_max: number
}

export const RANGE_LIMITS: RangeLimits = { offsets_max: 100_000, bytes_max: 32 * 1024 * 1024 }

/**
 * The insert deduplication token of a range, the same for each table that it reaches: an insert that is repeated after a
 * crash, a timeout or a rebalance changes nothing. The version counts how a range becomes rows.
 */
export function tokenOf({ topic, partition, first, last }: Range): string {
  return `${topic}|${partition}|${first}|${last}|v1`
}

/** How many of `messages`, from index `start` on, make the next range: as many as the limits allow, and at least one. */
export function measureRange(messages: readonly KafkaMessage[], start: number, limits: RangeLimits): number {
  let bytes = 0
  let count = 0
  for (; start + count < messages.length && count < limits.offsets_max; count++) {
    bytes += messages[start + count]!.value?.length ?? 0
    if (count > 0 && bytes > limits.bytes_max) break
  }
  return count
}
