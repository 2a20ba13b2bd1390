import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { insertRows } from '../insert-rows.ts'
import { defineQuery, runQuery } from './query.ts'
import { dateTime, exactInteger } from './values.ts'

/** The partitions that have a watermark, and the least of them. */
const leastWatermark = defineQuery({
  name: 'the watermarks',
  parameters: z.object({}),
  row: z.object({ known: exactInteger, partitions: z.int(), read_until_ms: exactInteger }),
  sql: () => `
    SELECT count() AS known, max(partitions) AS partitions, toUnixTimestamp64Milli(min(read_until)) AS read_until_ms
    FROM (
      SELECT max(watermarks.partitions) AS partitions, max(watermarks.read_until) AS read_until
      FROM watermarks
      GROUP BY kafka_partition
    )`,
})

/**
 * Each record that Kafka appended before this time, in milliseconds since the Unix epoch, has its outcome; -Infinity as long
 * as there is a partition of which that is not known for any time.
 */
export async function readWatermark(client: ClickHouseClient): Promise<number> {
  const [least] = await runQuery(client, leastWatermark, {})
  if (least === undefined || least.known === 0 || least.known < least.partitions) return -Infinity
  return least.read_until_ms
}

export interface Watermark {
  partition: number
  /** Each record of the partition that Kafka appended before this time has its outcome. */
  read_until_ms: number
}

interface WatermarkInsert {
  /** How many partitions the topic has. */
  partitions: number
  watermarks: readonly Watermark[]
  signal?: AbortSignal
}

/** Watermarks only rise: one that is lower than what is known changes nothing. */
export async function insertWatermarks(client: ClickHouseClient, insert: WatermarkInsert): Promise<void> {
  const { partitions, watermarks, signal } = insert
  await insertRows(client, {
    table: 'watermarks',
    rows: watermarks.map(({ partition, read_until_ms }) => ({
      kafka_partition: partition,
      partitions,
      read_until: dateTime(read_until_ms),
    })),
    settings: { async_insert: 0 },
    operation: 'take watermarks',
    signal,
  })
}
