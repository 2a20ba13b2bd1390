import { createRequire } from 'node:module'

import type { KafkaMessage } from 'kafkajs'
import { compressFrameSync } from 'lz4-napi'

import { RecordBatch } from './record-batch.ts'

/** A record as a test gives it; without a value it has none. */
export interface TestRecord extends Partial<Pick<KafkaMessage, 'key' | 'value' | 'headers'>> {
  offset: number
  timestamp_ms?: number
}

interface Encoded {
  buffer: Buffer
}
interface Encoding {
  offsetDelta: number
  timestampDelta: number
  key: Buffer | string | null
  value: Buffer | null
  headers: object
}

/** kafkajs's own, so that what is read is not what we have written ourselves. */
export const encodeRecord: (record: Encoding) => Encoded = createRequire(import.meta.url)(
  'kafkajs/src/protocol/recordBatch/record/v0/index.js',
)

interface BatchOptions {
  /** Set by the broker for all records; without it each record has its own. */
  appended_ms?: number
}

/** A batch of the log with these records, whose offsets ascend. */
export function recordBatchOf(records: readonly TestRecord[], { appended_ms }: BatchOptions = {}): RecordBatch {
  const first = records[0]!
  const firstTimestamp_ms = first.timestamp_ms ?? 0
  const bytes = records.map(
    ({ offset, timestamp_ms = firstTimestamp_ms, key = null, value = null, headers = {} }) =>
      encodeRecord({
        offsetDelta: offset - first.offset,
        timestampDelta: timestamp_ms - firstTimestamp_ms,
        key,
        value,
        headers,
      }).buffer,
  )
  return new RecordBatch(records.length, compressFrameSync(Buffer.concat(bytes)), {
    firstOffset: String(first.offset),
    lastOffsetDelta: records.at(-1)!.offset - first.offset,
    firstTimestamp: String(firstTimestamp_ms),
    maxTimestamp: String(appended_ms ?? Math.max(...records.map(({ timestamp_ms = 0 }) => timestamp_ms))),
    timestampType: appended_ms === undefined ? 0 : 1,
    isControlBatch: false,
  })
}
