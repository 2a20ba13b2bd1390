import { readWrittenLast, runQuery } from '@caretally/clickhouse'
import { type Committed, isWrittenUpTo, readAllCommitted } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'
import type { Kafka } from 'kafkajs'

import { readExpiry } from '../reconcile/expiry.ts'
import { proveOffsets } from '../reconcile/prove-offsets.ts'
import { type ReconcileOptions, toSource } from '../reconcile/reconcile.ts'
import type { Source } from '../reconcile/source.ts'
import { commitOffsets } from './commit-offsets.ts'
import { lastEvent } from './queries.ts'

export interface RealignOptions extends ReconcileOptions {
  kafka: Kafka
  /** Says what would be set, and sets nothing. */
  isDryRun: boolean
}

/** How far the clock of a broker may be ahead of ClickHouse's. */
const CLOCKS_APART_MS_MAX = 5 * 60_000

/** Where the group stands in a partition. */
export interface Alignment {
  partition: number
  /** What it had committed; null when it had not. */
  committed: number | null
  /** The next offset that it consumes. */
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
 *   `log_differs` when it was filled from another log, `offset_gap` when Kafka has deleted what would come next; nothing is set then
 */
export async function realign({ kafka, isDryRun, ...options }: RealignOptions): Promise<Alignment[]> {
  const source = toSource(options)
  const { group, topic } = source
  await expectMembers(0, source)
  const alignments = await align(source)
  const changed = alignments.filter(({ isChanged }) => isChanged)
  if (isDryRun || changed.length === 0) return alignments
  const offsets = new Map(changed.map(({ partition, next }) => [partition, next]))
  await commitOffsets(kafka, { group, topic, offsets, expectAlone: () => expectMembers(1, source) })
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
    const target = (writtenLast ?? -1) + 1
    expectInLog({ partition, target, lowWatermark, end: Number(high) })
    await expectSameLog(source, partition)
    const { drift } = await proveOffsets(source, partition, target, lowWatermark, expiry)
    if (drift.some(({ type }) => type === 'missing_offsets')) throw tornRows(partition, target)
    alignments.push({ partition, committed: next, next: target, isChanged: true })
  }
  return alignments
}

async function expectMembers(count: 0 | 1, { admin, group }: Source): Promise<void> {
  const { groups } = await admin.describeGroups([group])
  const members = groups[0]?.members.length ?? 0
  if (members === count) return
  throw new CaretallyError('group_active', `consumers of the group ${group} are running`, {
    hint: 'stop every consumer; one that was killed is a member until its session has timed out, 30 s later',
  })
}

interface Place {
  partition: number
  target: number
  lowWatermark: number
  end: number
}

function expectInLog({ partition, target, lowWatermark, end }: Place): void {
  if (target > end) {
    throw logDiffers(
      `partition ${partition} ends at offset ${end - 1}, but ClickHouse holds events up to ${target - 1}`,
    )
  }
  if (target < lowWatermark) {
    const message = `Kafka has deleted offsets ${target} to ${lowWatermark - 1} of partition ${partition}, which ClickHouse lacks`
    throw new CaretallyError('offset_gap', message, {
      hint: 'restore a later backup; without one those events are lost: go on with a new group in a new database',
    })
  }
}

/** What was read was appended before it was written: a log that has other records at these offsets is a younger one. */
async function expectSameLog({ admin, clickhouse, topic }: Source, partition: number): Promise<void> {
  const [last] = await runQuery(clickhouse, lastEvent, { partition })
  if (last === undefined) return
  const later = await admin.fetchTopicOffsetsByTimestamp(topic, last.written_ms + CLOCKS_APART_MS_MAX)
  const firstLater = Number(later.find((entry) => entry.partition === partition)?.offset)
  if (firstLater > last.offset) return
  throw logDiffers(
    `partition ${partition} got its offset ${firstLater} only after ClickHouse had an event of offset ${last.offset}`,
  )
}

function logDiffers(message: string): CaretallyError {
  return new CaretallyError('log_differs', message, {
    hint: 'this is not the log that the database was filled from: a topic that was made anew needs a database of its own',
  })
}

function tornRows(partition: number, target: number): CaretallyError {
  const message = `ClickHouse lacks some of the offsets of partition ${partition} below ${target}`
  return new CaretallyError('rows_torn', message, {
    hint: 'restore a backup that was made while no consumer ran; without one, count again with a new group in a new database',
  })
}
