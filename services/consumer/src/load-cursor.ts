import { type ClickHouseClient, runQuery, writtenUpTo } from '@caretally/clickhouse'
import type { Logger } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import { readCommitted } from './committed.ts'
import { Cursor } from './cursor.ts'
import { verifyProgress } from './verify-progress.ts'

interface LoadOptions {
  admin: Admin
  clickhouse: ClickHouseClient
  group: string
  topic: string
  logger: Logger
}

/**
 * Where a partition stands by what Kafka and ClickHouse hold.
 *
 * @throws {CaretallyError} `pending_unreadable`, and those of {@link verifyProgress}
 */
export async function loadCursor(partition: number, options: LoadOptions): Promise<Cursor> {
  const { admin, clickhouse, group, topic, logger } = options
  const [committed, written, watermarks] = await Promise.all([
    readCommitted(admin, group, topic, partition),
    runQuery(clickhouse, writtenUpTo, {}),
    admin.fetchTopicOffsets(topic),
  ])
  const writtenNext = written.find((row) => row.partition === partition)?.next_offset
  const next = verifyProgress({
    partition,
    committed,
    writtenLast: writtenNext === undefined ? undefined : writtenNext - 1,
    lowWatermark: Number(watermarks.find((entry) => entry.partition === partition)?.low ?? 0),
  })
  const { pendingLast } = committed
  logger.info({ topic, partition, offset: next, pending_last: pendingLast }, 'partition loaded')
  return new Cursor(topic, partition, { next, pendingLast })
}
