import { defineQuery, exactInteger } from '@caretally/clickhouse'
import { z } from 'zod'

import { STATUSES } from './values.ts'

/**
 * The letters of each reason, source and day on which they came to Kafka, in the given time zone.
 *
 * A source is told only if the value is JSON that has one, and if that one is what the contract allows: whatever else
 * stands there may be anything.
 */
export const letterCounts = defineQuery({
  name: 'the counts of dead letters',
  parameters: z.object({
    timeZone: z.string(),
    status: z.enum(STATUSES).optional(),
    sourcePattern: z.string(),
    sourceLengthMax: z.int(),
  }),
  row: z.object({
    reason: z.string(),
    day: z.iso.date(),
    source: z.string().transform((source) => (source === '' ? null : source)),
    open: exactInteger,
    replayed: exactInteger,
    discarded: exactInteger,
  }),
  sql: ({ status }) => `
    SELECT
      toString(reason) AS reason,
      toDate(appended_at, {timeZone:String}) AS day,
      if(length(claimed) <= {sourceLengthMax:UInt16} AND match(claimed, {sourcePattern:String}), claimed, '') AS source,
      countIf(status = 'open') AS open,
      countIf(status = 'replayed') AS replayed,
      countIf(status = 'discarded') AS discarded
    FROM (
      SELECT kafka_partition, kafka_offset, appended_at, reason, ifNull(value, '') AS json,
        if(JSONType(json, 'source') = 'String', JSONExtractString(json, 'source'), '') AS claimed
      FROM dead_letters
    ) AS letters
    ANY LEFT JOIN (SELECT kafka_partition, kafka_offset, status FROM dead_letter_states) AS states
      USING (kafka_partition, kafka_offset)
    ${status === undefined ? '' : 'WHERE status = {status:String}'}
    GROUP BY reason, day, source
    ORDER BY reason, day, source`,
})

/** The reasons of all letters there are: also those that only another version of the contract knows. */
export const storedReasons = defineQuery({
  name: 'the reasons of dead letters',
  parameters: z.object({}),
  row: z.object({ reason: z.string() }),
  sql: () => 'SELECT DISTINCT toString(reason) AS reason FROM dead_letters ORDER BY reason',
})
