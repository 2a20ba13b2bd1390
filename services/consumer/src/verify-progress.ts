import type { Committed } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'
interface Progress {
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
 * @throws {CaretallyError} `committed_offset_lost` or `progress_differs`
 */
export function verifyProgress({ partition, committed, writtenLast, lowWatermark }: Progress): number {
  const { next, pending } = committed
  if (next === undefined) {
    if (writtenLast === undefined) return lowWatermark
    throw new CaretallyError(
      'committed_offset_lost',
      `partition ${partition} has no committed offset, but ClickHouse holds its events up to offset ${writtenLast}`,
      { hint: `set the group's offset to ${writtenLast + 1}, or use an empty database` },
    )
  }
  const agrees =
    pending === undefined
      ? writtenLast === next - 1
      : writtenLast === undefined || (writtenLast >= next - 1 && writtenLast <= pending.last)
  if (agrees) return next
  const written = writtenLast === undefined ? 'no events of it' : `its events up to offset ${writtenLast}`
  throw new CaretallyError(
    'progress_differs',
    `partition ${partition} is committed up to offset ${next - 1}, but ClickHouse holds ${written}`,
    { hint: 'the group belongs to another database, or one of the two was reset; docs/operations.md says what to do' },
  )
}
