import { runQuery } from '@caretally/clickhouse'

import { joinRuns, judgeCoverage } from './coverage.ts'
import { type Expiry, firstProvable } from './expiry.ts'
import type { Drift, OverlapRun, PartitionAccount, Run } from './ledger.ts'
import { readLowWatermarks } from './positions.ts'
import { BUCKET_OFFSETS, missingRuns, offsetCoverage, overlapRuns } from './queries/offset-coverage.ts'
import type { Source } from './source.ts'

/** Runs that are named for a partition. */
export const RUNS_MAX = 20

/** A partition's account, and where its duplicates lie. */
export interface PartitionProof {
  account: PartitionAccount
  drift: Drift[]
  /** The number of duplicates in each bucket that has any. */
  duplicates: { bucket: number; rows: number }[]
}

/**
 * Proves for one partition that the offsets consumed have one outcome each.
 *
 * They begin with the first offset that Kafka still holds, or with the lowest one that has an outcome where Kafka has let
 * that go. So the loss of the very first offsets can no longer be seen once Kafka has deleted them as well. Where events have
 * expired, they begin with the first offset of which nothing can have.
 */
export async function proveOffsets(
  source: Source,
  partition: number,
  nextOffset: number,
  lowWatermark: number,
  expiry: Expiry | undefined,
): Promise<PartitionProof> {
  const { clickhouse, memory_bytes_max, signal } = source
  const from = expiry === undefined ? 0 : await firstProvable(source, partition, nextOffset, expiry)
  const all = { partition, from, before: nextOffset }
  const rows = await runQuery(clickhouse, offsetCoverage, { ...all, memory_bytes_max }, signal)
  const firstOffset =
    expiry === undefined ? Math.min(lowWatermark, nextOffset, rows[0]?.first_offset ?? nextOffset) : from
  const erased = sum(rows.map((row) => row.erased))
  const account: PartitionAccount = {
    partition,
    firstOffset,
    nextOffset,
    consumed: nextOffset - firstOffset,
    accepted: sum(rows.map(({ accepted }) => accepted)),
    duplicates: sum(rows.map(({ duplicates }) => duplicates)),
    deadLetters: sum(rows.map(({ dead_letters }) => dead_letters)),
    ...(erased > 0 && { erased }),
  }
  const buckets = rows.map((row) => ({
    bucket: row.bucket,
    rows: row.accepted + row.duplicates + row.dead_letters + row.erased,
    offsets: row.offsets,
  }))
  const { missing, rowsTooMany, gaps, overlaps } = judgeCoverage(buckets, firstOffset, nextOffset, BUCKET_OFFSETS)
  const drift: Drift[] = []
  if (missing > 0) {
    const found = await findRuns(gaps, (gap) => findMissing(source, partition, gap))
    drift.push({ type: 'missing_offsets', partition, offsets: missing, ...cutRuns(joinRuns(found)) })
  }
  if (rowsTooMany > 0) {
    const found = await findRuns(overlaps, (overlap) => findOverlaps(source, partition, overlap))
    drift.push({ type: 'overlapping_offsets', partition, rowsTooMany, ...cutRuns(found) })
  }
  const duplicates = rows
    .filter((row) => row.duplicates > 0)
    .map(({ bucket, duplicates }) => ({ bucket, rows: duplicates }))
  return { account, drift, duplicates }
}

/** The low watermark of each partition; 0 where Kafka does not know the partition. */
export async function lowWatermarks(source: Source): Promise<(partition: number) => number> {
  const lows = await readLowWatermarks(source)
  return (partition) => lows.get(partition) ?? 0
}

/** Looks into one place after the other until one run more than the named ones is found. */
async function findRuns<R extends Run>(places: readonly Run[], find: (place: Run) => Promise<R[]>): Promise<R[]> {
  const found: R[] = []
  for (const place of places) {
    found.push(...(await find(place)))
    if (joinRuns(found).length > RUNS_MAX) break
  }
  return found
}

async function findMissing({ clickhouse, signal }: Source, partition: number, { first, last }: Run): Promise<Run[]> {
  const range = { partition, from: first, before: last + 1, runs_max: RUNS_MAX + 1 }
  return runQuery(clickhouse, missingRuns, range, signal)
}

async function findOverlaps(
  { clickhouse, signal }: Source,
  partition: number,
  { first, last }: Run,
): Promise<OverlapRun[]> {
  const range = { partition, from: first, before: last + 1, runs_max: RUNS_MAX + 1 }
  const runs = await runQuery(clickhouse, overlapRuns, range, signal)
  return runs.map(({ dead_letters, erased: gone, ...run }) => ({
    ...run,
    deadLetters: dead_letters,
    ...(gone > 0 && { erased: gone }),
  }))
}

function cutRuns<R extends Run>(runs: readonly R[]): { runs: R[]; truncated: boolean } {
  return { runs: runs.slice(0, RUNS_MAX), truncated: runs.length > RUNS_MAX }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
