import { type ClickHouseClient, OUTCOME_TABLES, runQuery } from '@caretally/clickhouse'

import { insertCounts } from './queries.ts'
import type { LoadTestResult } from './result.ts'

/** How often the consumer has inserted within so many seconds. */
export async function countInserts(client: ClickHouseClient, seconds: number): Promise<LoadTestResult['inserts']> {
  const rows = await runQuery(client, insertCounts, {})
  const byPartition = new Map<number, number>()
  for (const { partition, inserts } of rows) byPartition.set(partition, (byPartition.get(partition) ?? 0) + inserts)
  const [events, duplicates, dead_letters] = OUTCOME_TABLES.map((name) =>
    rows.reduce((sum, { table, inserts }) => sum + (table === name ? inserts : 0), 0),
  )
  return {
    events: events!,
    duplicates: duplicates!,
    dead_letters: dead_letters!,
    total: events! + duplicates! + dead_letters!,
    per_second_of_busiest_partition: Math.max(0, ...byPartition.values()) / seconds,
  }
}
