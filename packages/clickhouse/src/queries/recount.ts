import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { INSERT_SETTINGS } from '../insert-settings.ts'
import { toClickHouseError } from '../server-error.ts'
import { OUTCOME_TABLES } from './ledger.ts'
import { defineQuery } from './query.ts'
import { exactInteger, IN_RANGE, offsetRange } from './values.ts'

/** The setting under which an insert into `events` does not reach the daily counts; their view looks at it. */
export const WITHOUT_DAILY_COUNTS = { log_comment: 'without daily counts' } as const

/** How many inserts the server has under way in this database whose token begins with this one, by whomever. */
export const insertsUnderWay = defineQuery({
  name: 'the inserts under way',
  parameters: z.object({ token: z.string().min(1) }),
  row: z.object({ inserts: exactInteger }),
  sql: () => `
    SELECT count() AS inserts FROM system.processes
    WHERE current_database = currentDatabase() AND startsWith(Settings['insert_deduplication_token'], {token:String})`,
})

const writtenRange = offsetRange.extend({ table: z.enum(OUTCOME_TABLES) })

/** How many offsets of a range have a row in the table. */
export const countWritten = defineQuery({
  name: 'how many offsets of a range are written',
  parameters: writtenRange,
  row: z.object({ offsets: exactInteger }),
  sql: ({ table }) => `SELECT uniqExact(kafka_offset) AS offsets FROM ${table} WHERE ${IN_RANGE}`,
})

/** The offsets of a range that have a row in the table. */
export const writtenOffsets = defineQuery({
  name: 'the offsets written of a range',
  parameters: writtenRange,
  row: z.object({ offset: exactInteger }),
  sql: ({ table }) => `SELECT kafka_offset AS offset FROM ${table} WHERE ${IN_RANGE} ORDER BY kafka_offset`,
})

/**
 * The events of a range as the view of the daily counts sees them, as far as those do not have them. A combination has them
 * when it has counted the last of them: a range is counted as a whole, and after all that precede it in its partition.
 */
const UNCOUNTED = `
  SELECT day, kind, channel, region, detail, events, quantity, members, map({partition:UInt16}, last_offset) AS offsets
  FROM
  (
    SELECT toDate(time, {timeZone:String}) AS day, kind, channel, region, detail,
      toInt64(count()) AS events,
      toInt64(sum(events.quantity)) AS quantity,
      uniqCombined64State(14)(subject) AS members,
      max(kafka_offset) AS last_offset
    FROM events
    WHERE ${IN_RANGE}
    GROUP BY day, kind, channel, region, detail
  ) AS raw
  LEFT JOIN
  (
    SELECT day, kind, channel, region, detail,
      max(daily_counts.offsets[{partition:UInt16}]) AS counted_to,
      max(mapContains(daily_counts.offsets, {partition:UInt16})) AS has_counted
    FROM daily_counts
    WHERE day IN (SELECT toDate(time, {timeZone:String}) FROM events WHERE ${IN_RANGE})
    GROUP BY day, kind, channel, region, detail
  ) AS daily USING (day, kind, channel, region, detail)
  WHERE has_counted = 0 OR counted_to < last_offset
  ORDER BY day, kind, channel, region, detail
  SETTINGS join_use_nulls = 0`

const uncounted = offsetRange.extend({ timeZone: z.string() })

/** How many of a range's raw events are not in the daily counts. */
export const uncountedEvents = defineQuery({
  name: 'the events that are not counted',
  parameters: uncounted,
  row: z.object({ events: exactInteger }),
  sql: () => `SELECT sum(events) AS events FROM (${UNCOUNTED})`,
})

/**
 * Adds to the daily counts what they lack of a range, once however often under the same token. Nothing may be writing the
 * range meanwhile.
 */
export async function countUncounted(
  client: ClickHouseClient,
  { token, ...parameters }: z.input<typeof uncounted> & { token: string },
): Promise<void> {
  try {
    await client.command({
      query: `
        INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity, members, offsets)
        ${UNCOUNTED}`,
      query_params: uncounted.parse(parameters),
      clickhouse_settings: { ...INSERT_SETTINGS, insert_deduplication_token: token, max_threads: 1 },
    })
  } catch (error) {
    throw toClickHouseError(error, 'add to the daily counts')
  }
}
