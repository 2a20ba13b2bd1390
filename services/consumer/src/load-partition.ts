import {
  type ClickHouseClient,
  readWrittenLast,
  recentDeadLetters,
  runQuery,
  visitAcceptedIds,
} from '@caretally/clickhouse'
import { type Pending, readAllCommitted } from '@caretally/kafka'
import { CaretallyError, type Logger, settleAll, systemClock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import { Breaker, type BreakerLimits } from './breaker.ts'
import { Cursor } from './cursor.ts'
import type { DuplicateWindow } from './duplicate-window.ts'
import type { Partition } from './partition.ts'
import type { Build } from './test-build.ts'
import { type Progress, readProgress } from './verify-progress.ts'

interface LoadOptions {
  /** Connected. */
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
 * Resolves when Kafka and ClickHouse agree on each of the partitions, while nobody writes to them. So what does not belong
 * together is found when a partition is assigned, and not only when its next event comes.
 *
 * @throws {CaretallyError} as {@link loadPartition}
 */
export async function verifyPartitions(partitions: readonly number[], options: LoadOptions): Promise<void> {
  await readVerified(partitions, options)
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
  const [verified] = await readVerified([partition], options)
  const { pending, next } = verified!
  const cursor = new Cursor(topic, partition, next, pending)
  const isUnchanged = before?.window.next === next
  const [window, breaker] = isUnchanged
    ? [before.window, before.breaker]
    : await settleAll([rebuildWindow(partition, next, options), rebuildBreaker(partition, next, options)])
  logger.info({ topic, partition, offset: next, pending_last: pending?.last }, 'partition loaded')
  return { cursor, window, breaker }
}

interface Verified {
  /** The offset to go on at. */
  next: number
  /** The range that is pending there. */
  pending: Pending | undefined
}

/** Of each of the partitions. */
async function readVerified(partitions: readonly number[], options: LoadOptions): Promise<Verified[]> {
  const { window_offsets, build } = options
  const read = () => readBoth(partitions, options)
  const all = build.recordsPending ? await readProgress(read, systemClock) : (await read()).map(unverified)
  return all.map(({ partition, committed: { pending }, next }) => {
    if (pending && pending.window_offsets !== window_offsets) throw windowDiffers(partition, pending.window_offsets)
    if (pending && pending.contract > build.contract.number) throw contractIsLater(partition)
    return { next, pending }
  })
}

/** What Kafka and ClickHouse say of the partitions. An admin client hears of new ones at once: it keeps no metadata. */
async function readBoth(
  partitions: readonly number[],
  { admin, clickhouse, group, topic }: LoadOptions,
): Promise<Progress[]> {
  const [committed, watermarks, written] = await settleAll([
    readAllCommitted(admin, group, topic),
    admin.fetchTopicOffsets(topic),
    settleAll(partitions.map((partition) => readWrittenLast(clickhouse, partition))),
  ])
  return partitions.map((partition, index) => ({
    partition,
    committed: committed.get(partition) ?? { next: undefined, pending: undefined },
    writtenLast: written[index],
    lowWatermark: Number(watermarks.find((entry) => entry.partition === partition)?.low ?? 0),
  }))
}

/** Without pending ranges the two need not agree. */
function unverified(progress: Progress): Progress & { next: number } {
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
