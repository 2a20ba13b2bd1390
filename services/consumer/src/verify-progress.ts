import { type Committed, isWrittenUpTo } from '@caretally/kafka'
import { CaretallyError, type Clock, retry } from '@caretally/runtime'

export interface Progress {
  partition: number
  committed: Committed
  /** The highest offset of the partition that has a row in ClickHouse, of whatever outcome. */
  writtenLast: number | undefined
  /** The first offset that Kafka still holds. */
  lowWatermark: number
}

/**
 * The offset at which to go on, once Kafka's committed offset and ClickHouse's rows agree. Every consumed offset has a
 * row, so the two can be held against each other: a group that was reset, that has expired, or that belongs to another
 * database is found before it doubles or loses anything.
 *
 * @throws {CaretallyError} `offset_gap` when Kafka has deleted what was never read, `committed_offset_lost` or `committed_offset_behind` when Kafka knows of less than ClickHouse,
 *   `rows_missing` when it knows of more
 */
export function verifyProgress({ partition, committed, writtenLast, lowWatermark }: Progress): number {
  const { next } = committed
  // kafkajs forgets the committed offset when Kafka no longer has it, so this is looked at first
  if (writtenLast !== undefined && writtenLast + 1 < lowWatermark) {
    throw new CaretallyError(
      'offset_gap',
      `Kafka has deleted offsets ${writtenLast + 1} to ${lowWatermark - 1} of partition ${partition} before they were read`,
      { hint: "the topic's retention was shorter than the outage; those events are lost" },
    )
  }
  if (next === undefined) {
    if (writtenLast === undefined) return lowWatermark
    throw new CaretallyError(
      'committed_offset_lost',
      `partition ${partition} has no committed offset, but ClickHouse holds its events up to offset ${writtenLast}`,
      { hint: REALIGN },
    )
  }
  if (isWrittenUpTo(committed, writtenLast, lowWatermark)) return next
  const isBehind = writtenLast !== undefined && writtenLast >= next
  const written = writtenLast === undefined ? 'no events of it' : `its events up to offset ${writtenLast}`
  throw new CaretallyError(
    isBehind ? 'committed_offset_behind' : 'rows_missing',
    `partition ${partition} is committed up to offset ${next - 1}, but ClickHouse holds ${written}`,
    { hint: `the group belongs to another database, or one of the two was reset: ${REALIGN}` },
  )
}

const REALIGN =
  'use the database and the group that belong together, or set the group to what this database holds with npm run realign'

const KAFKA_IS_BEHIND = new Set(['committed_offset_lost', 'committed_offset_behind'])
/** About 8 s in all: a follower of the offsets topic reports what it has twice a second. */
const READS_MAX = 10
const PACE = { first_ms: 250, max_ms: 1_000 }

/**
 * What `read` returns of some partitions, once each is verified. When Kafka is behind it is asked again for some seconds: a
 * broker that has just become the group's coordinator answers with the offsets up to its high watermark, which can be older
 * than the last commit that its predecessor has acknowledged (apache/kafka#14120; only an OffsetFetch with RequireStable waits).
 *
 * @throws {CaretallyError} as {@link verifyProgress}
 */
export async function readProgress<P extends Progress>(
  read: () => Promise<readonly P[]>,
  clock: Clock,
): Promise<(P & { next: number })[]> {
  const attempt = async () => (await read()).map((progress) => ({ ...progress, next: verifyProgress(progress) }))
  return retry(attempt, {
    clock,
    pace: PACE,
    shouldRetry: (error, reads) =>
      reads < READS_MAX && error instanceof CaretallyError && KAFKA_IS_BEHIND.has(error.code),
  })
}
