import { CLOSED_METADATA, pendingMetadata, type RecordBatch } from '@caretally/kafka'

import type { EpochGuard } from './keep-trying.ts'
import type { Meter } from './meter.ts'
import type { Partitions } from './partitions.ts'
import type { RangeLimits } from './range.ts'
import type { RangeWriter } from './range-writer.ts'
import type { RowsPool } from './rows-pool.ts'
import type { Build } from './test-build.ts'
import type { Watermarks } from './watermarks.ts'

/** One fetch of one partition, and what may be done with its place in the group. Stale calls throw. */
export interface FetchedBatch extends EpochGuard {
  partition: number
  /** The epoch in which it was fetched. */
  epoch: number
  /** Tells the broker that this member is alive; throws when the group is rebalancing. */
  heartbeat: () => Promise<void>
  /** In the order of their offsets. */
  batches: readonly RecordBatch[]
  /** Durable: everything below `next` is written, and `metadata` says what is pending from there. */
  commit: (next: number, metadata: string) => Promise<void>
  /** Not durable: where the next fetch of this process begins. */
  continueAt: (offset: number) => void
  seek: (offset: number) => void
  /** False once the consumer has been asked to stop. */
  isRunning: () => boolean
}

export interface Pipeline {
  partitions: Partitions
  limits: RangeLimits
  pool: RowsPool
  writer: RangeWriter
  watermarks: Pick<Watermarks, 'note'>
  meter: Pick<Meter, 'deadLetterShare'>
  build: Build
}

/**
 * Kafka to ClickHouse. Each range of the batch is decoded, validated and deduplicated, recorded as pending, written, and
 * closed by the commit that follows it. Whatever ends the process on the way, the next owner of the partition finds in
 * Kafka either the range closed or the same range pending, and writing it again under its token changes nothing.
 */
export async function processBatch(batch: FetchedBatch, pipeline: Pipeline): Promise<void> {
  const { partitions, limits, pool, writer, watermarks, meter, build } = pipeline
  const partition = await partitions.at(batch)
  const { cursor, window } = partition
  if (cursor.mustSeek(batch.batches)) {
    batch.seek(cursor.position)
    return
  }
  const start = cursor.next
  const batches = cursor.gather(batch.batches)
  const end = batches.at(-1)?.last ?? -1
  using loan = pool.borrow()
  const { rows } = loan
  rows.open(batch.partition, batches, start)
  let mustReload = false
  while (cursor.next <= end) {
    // Each range may be too quick for a heartbeat of its own; without this one a rebalance waits for the whole batch.
    await batch.heartbeat()
    batch.check()
    const range = cursor.rangeTo(rows.fill(cursor.boundsWithin(limits), partition))
    const isReplay = cursor.isReplaying
    if (!isReplay && build.recordsPending) {
      const pending = { last: range.last, window_offsets: window.offsets, contract: build.contract.number }
      await batch.commit(range.first, pendingMetadata(pending))
    }
    await build.reached('pending')
    const refused = await writer.write(range, rows, batch, isReplay)
    cursor.advancePast(range)
    watermarks.note(batch.partition, rows.lastAppended_ms)
    meter.deadLetterShare(batch.partition, partition.breaker.share)
    mustReload = refused > 0
    if (mustReload || !batch.isRunning()) break
  }
  if (cursor.next > start) {
    await batch.commit(cursor.next, CLOSED_METADATA)
    await build.reached('close')
  }
  batch.continueAt(cursor.position)
  for (const done of batches) done.release()
  // the duplicate window has taken the refused events for accepted
  if (mustReload) partitions.forget(batch.partition)
}
