import { defineQuery, exactInteger, OUTCOME_TABLES } from '@caretally/clickhouse'
import { z } from 'zod'

/** How many events the daily counts have. Reads one column of a table that is small, so it may be asked often. */
export const visibleEvents = defineQuery({
  name: 'the events that are visible',
  parameters: z.object({}),
  row: z.object({ events: exactInteger }),
  sql: () => 'SELECT sum(daily_counts.events) AS events FROM daily_counts',
})

export const deadLetterReasons = defineQuery({
  name: 'the reasons of dead letters',
  parameters: z.object({}),
  row: z.object({ reason: z.string(), records: exactInteger }),
  sql: () => 'SELECT reason, count() AS records FROM dead_letters GROUP BY reason',
})

/** How often each table was inserted into, for each Kafka partition. An insert gives all its rows one moment. */
export const insertCounts = defineQuery({
  name: 'how often was inserted',
  parameters: z.object({}),
  row: z.object({ table: z.enum(OUTCOME_TABLES), partition: z.int(), inserts: exactInteger }),
  sql: () =>
    OUTCOME_TABLES.map(
      (table) => `
        SELECT '${table}' AS table, kafka_partition AS partition, uniqExact(ingested_at) AS inserts
        FROM ${table}
        GROUP BY kafka_partition`,
    ).join(' UNION ALL '),
})
