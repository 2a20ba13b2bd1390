import { CaretallyError } from '@caretally/runtime'

import { partitionOf } from './partition-of.ts'
import { type OutgoingRecord, recordBytes, type RecordKey } from './record.ts'

/** Records that go to one partition in one send. */
export interface Batch<R extends OutgoingRecord<RecordKey> = OutgoingRecord<RecordKey>> {
  partition: number
  bytes: number
  records: R[]
}

interface BatchLimits {
  rows_max: number
  bytes_max: number
}

/**
 * The records by partition, each partition's in their order, in batches within the limits.
 *
 * @throws {CaretallyError} `record_too_large` or `record_unplaced`
 */
export function cutBatches<R extends OutgoingRecord<RecordKey>>(
  records: readonly R[],
  partitions: number,
  { rows_max, bytes_max }: BatchLimits,
): Batch<R>[] {
  const batches: Batch<R>[] = []
  const open: (Batch<R> | undefined)[] = Array.from({ length: partitions })
  for (const record of records) {
    const bytes = recordBytes(record)
    if (bytes > bytes_max) {
      throw new CaretallyError('record_too_large', `a record of ${bytes} bytes exceeds the limit of ${bytes_max}`)
    }
    const partition = partitionOf(placeKey(record), partitions)
    let batch = open[partition]
    if (batch === undefined || batch.records.length === rows_max || batch.bytes + bytes > bytes_max) {
      batch = { partition, bytes: 0, records: [] }
      open[partition] = batch
      batches.push(batch)
    }
    batch.records.push(record)
    batch.bytes += bytes
  }
  return batches
}

function placeKey({ key, partitionKey }: OutgoingRecord<RecordKey>): string | Buffer {
  const placing = partitionKey ?? key
  if (placing !== null) return placing
  throw new CaretallyError('record_unplaced', 'a record has neither a key nor a partition key')
}
