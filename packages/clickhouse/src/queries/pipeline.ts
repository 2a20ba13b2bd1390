import { z } from 'zod'

import { OUTCOME_TABLES } from './ledger.ts'
import { defineQuery } from './query.ts'
import { day, exactInteger } from './values.ts'

/** `2016-02-29 20:00:00.000`, in UTC, as ClickHouse writes it, to the same moment in RFC 3339. */
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/)
  .transform((text) => `${text.replace(' ', 'T')}Z`)

/** The first and the last day that have events, and all events of the days between; no row before the first event. */
export const countedSpan = defineQuery({
  name: 'the counted days',
  parameters: z.object({}),
  row: z.object({ first_day: day, last_day: day, events: exactInteger }),
  sql: () => `
    SELECT min(day) AS first_day, max(day) AS last_day, sum(days.events) AS events
    FROM (
      SELECT day, sum(daily_counts.events) AS events
      FROM daily_counts
      GROUP BY day
      HAVING events > 0
    ) AS days
    HAVING count() > 0`,
})

/** How many offsets have ended in each way. The tables know it without reading a row. */
export const outcomeCounts = defineQuery({
  name: 'the outcomes',
  parameters: z.object({}),
  row: z.object({ accepted: exactInteger, duplicates: exactInteger, dead_letters: exactInteger }),
  sql: () => `
    SELECT (SELECT count() FROM events) AS accepted,
      (SELECT count() FROM duplicates) AS duplicates,
      (SELECT count() FROM dead_letters) AS dead_letters`,
})

/**
 * When the latest of some offsets was written, whatever became of it; no row when none is. The lists go together: an offset of
 * each partition. Looks them up in the primary key, however many rows there are.
 */
export const lastWritten = defineQuery({
  name: 'when offsets were written',
  parameters: z.object({ partitions: z.array(z.int().min(0)), offsets: z.array(z.int().min(0)) }),
  row: z.object({ written_at: moment }),
  sql: () =>
    `SELECT max(ingested_at) AS written_at FROM (${OUTCOME_TABLES.map(writtenIn).join(' UNION ALL ')})
    HAVING count() > 0`,
})

function writtenIn(table: string): string {
  return `
    SELECT ingested_at FROM ${table}
    WHERE (kafka_partition, kafka_offset) IN arrayZip({partitions:Array(UInt16)}, {offsets:Array(UInt64)})`
}

/** The dead letters of each reason by what was decided about them, and when the latest of them came to Kafka. */
export const deadLettersByReason = defineQuery({
  name: 'the reasons of dead letters',
  parameters: z.object({}),
  row: z.object({
    reason: z.string(),
    open: exactInteger,
    replayed: exactInteger,
    discarded: exactInteger,
    last_appended_at: moment,
  }),
  sql: () => `
    SELECT toString(reason) AS reason,
      countIf(status = 'open') AS open,
      countIf(status = 'replayed') AS replayed,
      countIf(status = 'discarded') AS discarded,
      max(appended_at) AS last_appended_at
    FROM dead_letter_states
    GROUP BY reason
    ORDER BY open DESC, reason`,
})
