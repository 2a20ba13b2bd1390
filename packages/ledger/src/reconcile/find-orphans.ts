import { runQuery } from '@caretally/clickhouse'

import type { Drift } from './ledger.ts'
import type { PartitionProof } from './prove-offsets.ts'
import { BUCKET_OFFSETS } from './queries/offset-coverage.ts'
import { countUnexplained, orphanedDuplicates } from './queries/orphaned-duplicates.ts'
import type { Source } from './source.ts'

/** Duplicates that are looked at together; the server holds them in memory, at about 100 bytes each. */
const DUPLICATES_TOGETHER_MAX = 1_000_000
const OFFSETS_NAMED_MAX = 20

/**
 * Finds duplicates of a partition that were dropped although their event is accepted nowhere. An event before the offset
 * `firstJudged` may have expired in its partition, whichever that is.
 */
export async function findOrphans(
  { clickhouse, memory_bytes_max, signal }: Source,
  { account: { partition, firstOffset, nextOffset }, duplicates }: PartitionProof,
  firstJudged: number,
): Promise<Drift[]> {
  const offsets: number[] = []
  for (const { first, last } of groupBuckets(duplicates)) {
    const range = {
      partition,
      from: Math.max(firstOffset, first * BUCKET_OFFSETS),
      before: Math.min(nextOffset, (last + 1) * BUCKET_OFFSETS),
      memory_bytes_max,
      firstJudged,
    }
    const [unexplained] = await runQuery(clickhouse, countUnexplained, range, signal)
    if (unexplained === undefined || unexplained.rows === 0) continue
    const offsets_max = OFFSETS_NAMED_MAX + 1
    const found = await runQuery(clickhouse, orphanedDuplicates, { ...range, offsets_max }, signal)
    offsets.push(...found.map(({ offset }) => offset))
    if (offsets.length > OFFSETS_NAMED_MAX) break
  }
  if (offsets.length === 0) return []
  const truncated = offsets.length > OFFSETS_NAMED_MAX
  return [{ type: 'orphaned_duplicates', partition, offsets: offsets.slice(0, OFFSETS_NAMED_MAX), truncated }]
}

/** Runs of buckets, in order, that hold up to {@link DUPLICATES_TOGETHER_MAX} duplicates; or one bucket, however full. */
function groupBuckets(buckets: readonly { bucket: number; rows: number }[]): { first: number; last: number }[] {
  const groups: { first: number; last: number; rows: number }[] = []
  for (const { bucket, rows } of buckets) {
    const group = groups.at(-1)
    if (group && group.rows + rows <= DUPLICATES_TOGETHER_MAX) {
      group.last = bucket
      group.rows += rows
    } else {
      groups.push({ first: bucket, last: bucket, rows })
    }
  }
  return groups
}
