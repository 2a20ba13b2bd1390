import { defineQuery, exactInteger } from '@caretally/clickhouse'
import { z } from 'zod'

import { bytes, place } from './values.ts'

/** The server's clock, by which letters are dated when they are written. */
export const serverTime = defineQuery({
  name: 'the time',
  parameters: z.object({}),
  row: z.object({ now: z.string() }),
  sql: () => "SELECT now64(3, 'UTC') AS now",
})

/**
 * The first letters from a place on, in the order of partition and offset, that are open and were written before a
 * moment; of some reasons, or of all where none is named.
 */
export const openLetters = defineQuery({
  name: 'the open dead letters',
  parameters: place.extend({ reasons: z.array(z.string()), before: z.string(), rows_max: z.int() }),
  row: z.object({
    partition: z.int(),
    offset: exactInteger,
    /** Of key, value and headers together. */
    bytes: exactInteger,
  }),
  sql: ({ reasons }) => `
    SELECT
      kafka_partition AS partition,
      kafka_offset AS offset,
      ifNull(length(key), 0) + ifNull(length(value), 0)
        + arraySum(header -> length(header.name) + length(header.value), headers) AS bytes
    FROM dead_letters
    WHERE (kafka_partition, kafka_offset) IN (
      SELECT kafka_partition, kafka_offset FROM dead_letter_states
      WHERE status = 'open'
        AND ingested_at < {before:DateTime64(3, 'UTC')}
        AND (kafka_partition, kafka_offset) >= ({partition:UInt16}, {offset:UInt64})
        ${reasons.length === 0 ? '' : 'AND has({reasons:Array(String)}, reason)'}
      ORDER BY kafka_partition, kafka_offset
      LIMIT {rows_max:UInt32}
    )
    ORDER BY partition, offset
    LIMIT 1 BY partition, offset`,
})

/** The records of letters, byte for byte; the n-th place is the n-th partition with the n-th offset. */
export const letterRecords = defineQuery({
  name: 'the records of dead letters',
  parameters: z.object({ partitions: z.array(z.int()), offsets: z.array(z.int()) }),
  row: z.object({
    partition: z.int(),
    offset: exactInteger,
    reason: z.string(),
    key: bytes.nullable(),
    value: bytes.nullable(),
    headers: z.array(z.tuple([bytes.transform((name) => name.toString()), bytes])),
  }),
  sql: () => `
    SELECT
      kafka_partition AS partition,
      kafka_offset AS offset,
      toString(reason) AS reason,
      base64Encode(dead_letters.key) AS key,
      base64Encode(dead_letters.value) AS value,
      arrayMap(header -> [base64Encode(header.name), base64Encode(header.value)], dead_letters.headers) AS headers
    FROM dead_letters
    WHERE (kafka_partition, kafka_offset) IN arrayZip({partitions:Array(UInt16)}, {offsets:Array(UInt64)})
    ORDER BY partition, offset
    LIMIT 1 BY partition, offset`,
})
