import { asForbidden, type Committed, readAllCommitted } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'

import type { Source } from './source.ts'

interface Position {
  /** Every offset below it is settled. */
  next: number
  /** The last offset of the range from `next` on that is being written; undefined when none is. */
  pendingLast: number | undefined
}

/** The position of each partition that has a committed offset, by partition and in order. */
export type Positions = ReadonlyMap<number, Position>

/**
 * Where the group is now. Whoever reads tables afterwards finds every outcome below these offsets there in full, in raw
 * as well as in the daily counts, since an offset is committed after its range is written.
 *
 * @throws {CaretallyError} `offsets_unreadable`, `pending_unreadable`
 */
export async function readPositions({
  admin,
  group,
  topic,
}: Pick<Source, 'admin' | 'group' | 'topic'>): Promise<Positions> {
  return settledPositions(await readFromKafka(() => readAllCommitted(admin, group, topic)))
}

/** The first offset of each partition that Kafka still holds. */
export async function readLowWatermarks({ admin, topic }: Source): Promise<Map<number, number>> {
  const offsets = await readFromKafka(() => admin.fetchTopicOffsets(topic))
  return new Map(offsets.map(({ partition, low }) => [partition, Number(low)]))
}

function settledPositions(committed: ReadonlyMap<number, Committed>): Positions {
  const positions = new Map<number, Position>()
  for (const [partition, { next, pending }] of [...committed].sort(([a], [b]) => a - b)) {
    if (next !== undefined) positions.set(partition, { next, pendingLast: pending?.last })
  }
  return positions
}

/**
 * Whether nothing was written between two readings: then a look at the tables between them has seen exactly what lies
 * below the positions, and no half-written range.
 */
export function isStill(before: Positions, after: Positions): boolean {
  if (before.size !== after.size) return false
  return [...before].every(([partition, { next, pendingLast }]) => {
    const later = after.get(partition)
    return pendingLast === undefined && later?.next === next && later.pendingLast === undefined
  })
}

async function readFromKafka<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof CaretallyError) throw cause
    const forbidden = asForbidden(cause)
    if (forbidden) throw forbidden
    throw new CaretallyError('offsets_unreadable', 'Kafka does not tell the offsets of the group or of the topic', {
      hint: 'check that the broker runs and that the topic exists',
      retriable: true,
      cause,
    })
  }
}
