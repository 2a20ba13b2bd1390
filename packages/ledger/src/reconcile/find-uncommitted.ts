import { runQuery } from '@caretally/clickhouse'

import type { Drift } from './ledger.ts'
import { isStill, type Positions, readPositions } from './positions.ts'
import { rowsBeyond, uncommittedPartitions } from './queries/offset-coverage.ts'
import type { Source } from './source.ts'

const LOOKS_MAX = 20
const LOOK_PAUSE_MS = 100

/**
 * Rows that the group has not committed, nor made pending. A consumer commits before it writes, so the group was reset,
 * has expired, is not the one that wrote, or the topic is not. The raw events are then more than the settled ones.
 *
 * Told at a still moment only: otherwise they may belong to what is just being written. Where none comes in
 * {@link LOOKS_MAX} looks a consumer is busy, and it would have refused to start with such rows.
 */
export async function findUncommitted(source: Source): Promise<Drift[]> {
  for (let look = 1; look <= LOOKS_MAX; look++) {
    const before = await readPositions(source)
    const rows = await readUncommitted(source, before)
    if (rows.length === 0) return []
    if (isStill(before, await readPositions(source))) {
      return rows.map((row) => ({ type: 'uncommitted_rows' as const, ...row }))
    }
    await source.clock.sleep(LOOK_PAUSE_MS, source.signal)
  }
  return []
}

async function readUncommitted({ clickhouse, signal }: Source, positions: Positions) {
  const committed = [...positions.keys()]
  const rows = await Promise.all([
    ...[...positions].map(([partition, { next }]) =>
      runQuery(clickhouse, rowsBeyond, { partition, from: next }, signal),
    ),
    runQuery(clickhouse, uncommittedPartitions, { committed }, signal),
  ])
  return rows.flat()
}
