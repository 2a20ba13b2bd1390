import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { defineQuery, runQuery } from './query.ts'
import { exactInteger, IN_RANGE, offsetRange } from './values.ts'

/** Where each outcome of an offset is kept; together they hold every consumed offset exactly once. */
export const OUTCOME_TABLES = ['events', 'duplicates', 'dead_letters'] as const
export type OutcomeTable = (typeof OUTCOME_TABLES)[number]

/** The offsets of each Kafka partition in each outcome's table. A partition without rows in a table has no row for it. */
export const ledgerCounts = defineQuery({
  name: 'the ledger',
  parameters: z.object({}),
  row: z.object({
    table: z.enum(OUTCOME_TABLES),
    partition: z.int(),
    rows: exactInteger,
    /** Less than `rows` when an offset was written twice. */
    offsets: exactInteger,
    first_offset: exactInteger,
    last_offset: exactInteger,
  }),
  sql: () =>
    `SELECT table, partition, rows, offsets, first_offset, last_offset FROM (
      ${OUTCOME_TABLES.map(countsOf).join(' UNION ALL ')}
    ) ORDER BY partition, table`,
})

function countsOf(table: string): string {
  return `
    SELECT '${table}' AS table, kafka_partition AS partition, count() AS rows, uniqExact(kafka_offset) AS offsets,
      min(kafka_offset) AS first_offset, max(kafka_offset) AS last_offset
    FROM ${table}
    GROUP BY kafka_partition`
}

/**
 * The first offset after the last one that is written of a partition; no row when none is. Reads the end of each part, however
 * many rows there are. Where retention has taken all events of a partition, the counts of their days still know the last one.
 */
export const writtenUpTo = defineQuery({
  name: 'the offsets written',
  parameters: z.object({ partition: z.int() }),
  row: z.object({ next_offset: exactInteger }),
  sql: () =>
    `SELECT max(last_offset) + 1 AS next_offset FROM (${[...[...OUTCOME_TABLES, 'erased_events'].map(lastOf), LAST_EXPIRED].join(' UNION ALL ')})
    HAVING count() > 0`,
})

/** The last offset that is written of a partition; undefined when none is. */
export async function readWrittenLast(client: ClickHouseClient, partition: number): Promise<number | undefined> {
  const [written] = await runQuery(client, writtenUpTo, { partition })
  return written && written.next_offset - 1
}

function lastOf(table: string): string {
  return `
    (SELECT kafka_offset AS last_offset
    FROM ${table}
    WHERE kafka_partition = {partition:UInt16}
    ORDER BY kafka_partition DESC, kafka_offset DESC
    LIMIT 1)`
}

/**
 * An event that has expired was written before the retention began, and so it is of a day before that, or of the next day: no
 * event is accepted that lies further in its future. In a database that is younger than the retention none has expired.
 */
const LAST_EXPIRED = `
    (WITH (SELECT toStartOfMonth(now('UTC')) - toIntervalMonth(min(events_months)) FROM retentions WHERE events_months > 0) AS kept_from
    SELECT max(daily_counts.offsets[{partition:UInt16}]) AS last_offset
    FROM daily_counts
    WHERE mapContains(daily_counts.offsets, {partition:UInt16}) AND day <= kept_from + 1
      AND (SELECT min(applied_at) FROM schema_migrations) < kept_from
    HAVING count() > 0)`

/** The dead letters within a run of offsets of a partition. */
export const recentDeadLetters = defineQuery({
  name: 'recent dead letters',
  parameters: offsetRange,
  row: z.object({ offset: exactInteger, reason: z.string() }),
  sql: () => `
    SELECT kafka_offset AS offset, reason FROM dead_letters
    WHERE ${IN_RANGE}
    ORDER BY kafka_offset`,
})
