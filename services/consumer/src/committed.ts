import { CaretallyError } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

/**
 * What the group has committed for one partition. Every offset below `next` is written. When `pendingLast` is set, the
 * range from `next` to `pendingLast` was about to be written: it may be in ClickHouse in full, in part or not at all, and
 * has to be written again, exactly as it was.
 */
export interface Committed {
  /** Undefined when the group has never committed anything for this partition. */
  next: number | undefined
  pendingLast: number | undefined
}

const PENDING = /^pending-v1:(\d{1,16})$/

/** The metadata of an offset commit that makes the range from the committed offset to `last` pending. */
export function pendingMetadata(last: number): string {
  return `pending-v1:${last}`
}

/** The metadata of an offset commit that leaves nothing pending. */
export const CLOSED_METADATA = ''

/** @throws {CaretallyError} `pending_unreadable` when the metadata are not ours: another program commits for this group */
export function parseCommitted(offset: string, metadata: string | null): Committed {
  const next = Number(offset)
  if (next < 0) return { next: undefined, pendingLast: undefined }
  if (metadata === null || metadata === CLOSED_METADATA) return { next, pendingLast: undefined }
  const pendingLast = Number(PENDING.exec(metadata)?.[1] ?? Number.NaN)
  if (!(pendingLast >= next)) {
    throw new CaretallyError('pending_unreadable', `the metadata committed with offset ${next} are not caretally's`, {
      hint: 'another program, or a later version, commits for this consumer group; give this one a group of its own',
    })
  }
  return { next, pendingLast }
}

export async function readCommitted(admin: Admin, group: string, topic: string, partition: number): Promise<Committed> {
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const found = offsets?.partitions.find((entry) => entry.partition === partition)
  return parseCommitted(found?.offset ?? '-1', found?.metadata ?? null)
}
