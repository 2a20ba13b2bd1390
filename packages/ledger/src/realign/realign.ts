import { type ClickHouseClient, runQuery, writtenUpTo } from '@caretally/clickhouse'
import { asForbidden, type Committed, isWrittenUpTo, readAllCommitted } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import { readExpiry } from '../reconcile/expiry.ts'
import { proveOffsets } from '../reconcile/prove-offsets.ts'
import { type ReconcileOptions, toSource } from '../reconcile/reconcile.ts'
import type { Source } from '../reconcile/source.ts'

export interface RealignOptions extends ReconcileOptions {
  /** Says what would be set, and sets nothing. */
  isDryRun: boolean
}

/** Where the group stands in a partition. */
export interface Alignment {
  partition: number
  /** What it had committed; null when it had not. */
  committed: number | null
  /** The next offset that it consumes: one after the last row in ClickHouse, or the first in Kafka where there is no row. */
  next: number
  /** Whether that is different from what was committed. */
  isChanged: boolean
}

/**
 * Sets the offsets of a group that does not belong to its database, because one of the two was restored, reset or lost, to what
 * the database holds. A partition where they belong together stays as it is, with the range that may be pending there.
 *
 * Nothing is lost or counted twice by it: of each partition that is set, ClickHouse has every offset up to there.
 *
 * @returns the partitions in their order
 * @throws {CaretallyError} `group_active` while the group has members, `rows_torn` when ClickHouse lacks offsets below its last one,
 *   `log_differs` when it holds more than the log has, `offset_gap` when Kafka has deleted what would come next; nothing is set then
 */
export async function realign({ isDryRun, ...options }: RealignOptions): Promise<Alignment[]> {
  const source = toSource(options)
  const { admin, group, topic } = source
  await expectNoMembers(admin, group)
  const alignments = await align(source)
  const changed = alignments.filter(({ isChanged }) => isChanged)
  if (isDryRun || changed.length === 0) return alignments
  const partitions = changed.map(({ partition, next }) => ({ partition, offset: String(next) }))
  await admin.setOffsets({ groupId: group, topic, partitions }).catch((error: unknown) => {
    throw asForbidden(error) ?? error
  })
  return alignments
}

async function align(source: Source): Promise<Alignment[]> {
  const { admin, clickhouse, group, topic } = source
  const committed = await readAllCommitted(admin, group, topic)
  const watermarks = await admin.fetchTopicOffsets(topic)
  const expiry = await readExpiry(source)
  const alignments: Alignment[] = []
  for (const { partition, low, high } of watermarks.sort((a, b) => a.partition - b.partition)) {
    const writtenLast = await readWrittenLast(clickhouse, partition)
    const known: Committed = committed.get(partition) ?? { next: undefined, pending: undefined }
    const { next = null } = known
    const lowWatermark = Number(low)
    if (isWrittenUpTo(known, writtenLast, lowWatermark)) {
      alignments.push({ partition, committed: next, next: next ?? lowWatermark, isChanged: false })
      continue
    }
    const target = writtenLast === undefined ? lowWatermark : writtenLast + 1
    expectInLog({ partition, target, lowWatermark, end: Number(high) })
    const { drift } = await proveOffsets(source, partition, target, lowWatermark, expiry)
    if (drift.some(({ type }) => type === 'missing_offsets')) throw tornRows(partition, target)
    alignments.push({ partition, committed: next, next: target, isChanged: true })
  }
  return alignments
}

async function readWrittenLast(clickhouse: ClickHouseClient, partition: number): Promise<number | undefined> {
  const [written] = await runQuery(clickhouse, writtenUpTo, { partition })
  return written && written.next_offset - 1
}

async function expectNoMembers(admin: Admin, group: string): Promise<void> {
  const { groups } = await admin.describeGroups([group])
  const members = groups[0]?.members.length ?? 0
  if (members === 0) return
  throw new CaretallyError(
    'group_active',
    `the consumer group ${group} has ${members} ${members === 1 ? 'member' : 'members'}`,
    {
      hint: 'stop every consumer; one that was killed is a member until its session has timed out, 30 s later',
    },
  )
}

interface Place {
  partition: number
  target: number
  lowWatermark: number
  end: number
}

function expectInLog({ partition, target, lowWatermark, end }: Place): void {
  if (target > end) {
    const message = `partition ${partition} ends at offset ${end - 1}, but ClickHouse holds events up to ${target - 1}`
    throw new CaretallyError('log_differs', message, {
      hint: 'this is not the log that the database was filled from: a topic that was made anew needs a database of its own',
    })
  }
  if (target < lowWatermark) {
    const message = `Kafka has deleted offsets ${target} to ${lowWatermark - 1} of partition ${partition}, which ClickHouse lacks`
    throw new CaretallyError('offset_gap', message, {
      hint: 'restore a later backup; without one those events are lost: go on with a new group in a new database',
    })
  }
}

function tornRows(partition: number, target: number): CaretallyError {
  const message = `ClickHouse lacks some of the offsets of partition ${partition} below ${target}`
  return new CaretallyError('rows_torn', message, {
    hint: 'the backup was made while a consumer was writing: restore one that was made while none ran',
  })
}
