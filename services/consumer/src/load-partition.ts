import {
  type ClickHouseClient,
  recentDeadLetters,
  runQuery,
  visitAcceptedIds,
  writtenUpTo,
} from '@caretally/clickhouse'
import { type Pending, readCommitted } from '@caretally/kafka'
import { CaretallyError, type Logger, settleAll, systemClock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import { Breaker, type BreakerLimits } from './breaker.ts'
import { Cursor } from './cursor.ts'
import type { DuplicateWindow } from './duplicate-window.ts'
import type { Partition } from './partition.ts'
import type { Build } from './test-build.ts'
import { type Progress, readProgress } from './verify-progress.ts'

interface LoadOptions {
  admin: Admin
  clickhouse: ClickHouseClient
  group: string
  topic: string
  /** The size of the duplicate window. */
  window_offsets: number
  breaker: BreakerLimits
  logger: Logger
  build: Build
}

/**
 * Resolves when Kafka and ClickHouse agree on each of the partitions, which nobody may be writing to. So what does not belong
 * together is found when a partition is assigned, and not only when its next event comes.
 *
 * @throws {CaretallyError} as {@link loadPartition}
 */
export async function verifyPartitions(partitions: readonly number[], options: LoadOptions): Promise<void> {
  await settleAll(partitions.map((partition) => readVerified(partition, options)))
}

/**
 * A partition as Kafka and ClickHouse know it: where to go on, the duplicate window and the breaker of the offsets before.
 *
 * @throws {CaretallyError} `pending_unreadable`, `window_differs`, `contract_later`, and those of {@link readProgress}
 */
export async function loadPartition(
  partition: number,
  before: Partition | undefined,
  options: LoadOptions,
): Promise<Partition> {
  const { topic, logger } = options
  const { pending, next } = await readVerified(partition, options)
  const cursor = new Cursor(topic, partition, next, pending)
  const isUnchanged = before?.window.next === next
  const [window, breaker] = isUnchanged
    ? [before.window, before.breaker]
    : await settleAll([rebuildWindow(partition, next, options), rebuildBreaker(partition, next, options)])
  logger.info({ topic, partition, offset: next, pending_last: pending?.last }, 'partition loaded')
  return { cursor, window, breaker }
}

/** Where to go on in the partition, and with what range if one is pending. */
async function readVerified(
  partition: number,
  options: LoadOptions,
): Promise<{ next: number; pending: Pending | undefined }> {
  const { window_offsets, build } = options
  const read = () => readBoth(partition, options)
  const { committed, next } = build.recordsPending ? await readProgress(read, systemClock) : await readUnverified(read)
  const { pending } = committed
  if (pending && pending.window_offsets !== window_offsets) throw windowDiffers(partition, pending.window_offsets)
  if (pending && pending.contract > build.contract.number) throw contractIsLater(partition)
  return { next, pending }
}

/** What Kafka and ClickHouse say of the partition. */
async function readBoth(
  partition: number,
  { admin, clickhouse, group, topic }: Pick<LoadOptions, 'admin' | 'clickhouse' | 'group' | 'topic'>,
): Promise<Progress> {
  const [committed, [written], watermarks] = await settleAll([
    readCommitted(admin, group, topic, partition),
    runQuery(clickhouse, writtenUpTo, { partition }),
    admin.fetchTopicOffsets(topic),
  ])
  return {
    partition,
    committed,
    writtenLast: written && written.next_offset - 1,
    lowWatermark: Number(watermarks.find((entry) => entry.partition === partition)?.low ?? 0),
  }
}

/** Without pending ranges the two need not agree. */
async function readUnverified(read: () => Promise<Progress>): Promise<Progress & { next: number }> {
  const progress = await read()
  return { ...progress, next: progress.committed.next ?? progress.lowWatermark }
}

async function rebuildWindow(partition: number, next: number, options: LoadOptions): Promise<DuplicateWindow> {
  const { clickhouse, window_offsets, build } = options
  const window = build.createWindow(window_offsets)
  const from = Math.max(0, next - window_offsets)
  await visitAcceptedIds(clickhouse, { partition, from, before: next }, ({ offset, source, id }) => {
    window.restore(offset, source, id)
  })
  return window
}

async function rebuildBreaker(partition: number, next: number, options: LoadOptions): Promise<Breaker> {
  const { clickhouse, breaker: limits } = options
  const breaker = new Breaker(limits)
  const from = Math.max(0, next - limits.offsets)
  for (const { offset, reason } of await runQuery(clickhouse, recentDeadLetters, { partition, from, before: next })) {
    breaker.restore(offset, reason)
  }
  return breaker
}

/** Whether an offset is a duplicate depends on the window, and one half of the range may be written already. */
function windowDiffers(partition: number, window_offsets: number): CaretallyError {
  const message = `partition ${partition} has a pending range that was begun with a duplicate window of ${window_offsets}`
  return new CaretallyError('window_differs', message, {
    hint: `start once with DUPLICATE_WINDOW_OFFSETS=${window_offsets}, stop, and change it then`,
  })
}

/** What this version takes for a dead letter may be written as an event already. */
function contractIsLater(partition: number): CaretallyError {
  const message = `partition ${partition} has a pending range that was begun by a later version of caretally`
  return new CaretallyError('contract_later', message, {
    hint: 'a consumer of that version finishes it: start one, and this one then if you still need it',
  })
}
