import type { RecordBatch } from '@caretally/kafka'
import { recordBatchOf } from '@caretally/kafka/testing'

/** A log from offset `first` on, with values of the given sizes, in batches of up to `batch` records. */
export function logOf(first: number, sizes: readonly number[], batch = 1): RecordBatch[] {
  const records = sizes.map((size, index) => ({ offset: first + index, value: Buffer.alloc(size, 'x') }))
  const batches: RecordBatch[] = []
  for (let at = 0; at < records.length; at += batch) batches.push(recordBatchOf(records.slice(at, at + batch)))
  return batches
}

/** What a fetch from an offset on brings: `count` batches, of which the first may begin before it. */
export function fetchFrom(log: readonly RecordBatch[], offset: number, count: number): RecordBatch[] {
  const start = log.findIndex(({ last }) => last >= offset)
  return start < 0 ? [] : log.slice(start, start + count)
}
