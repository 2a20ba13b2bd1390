import { defineQuery, exactInteger, IN_RANGE, offsetRange } from '@caretally/clickhouse'
import { z } from 'zod'

import { NO_ID } from './erased.ts'
import { memoryBound, WITHIN_MEMORY } from './values.ts'

const range = offsetRange.extend(memoryBound.shape).extend({ firstJudged: z.int().min(0) })

/**
 * Rows of `duplicates` at whose first_offset the same event is not accepted: usually none. Not judged are those whose id is not
 * kept, and those whose event was erased, or may have expired: before `firstJudged`.
 */
const NOT_AT_FIRST_OFFSET = `
  FROM duplicates
  WHERE ${IN_RANGE} AND id != ${NO_ID} AND first_offset >= {firstJudged:UInt64}
    AND first_offset NOT IN (SELECT kafka_offset FROM erased_events WHERE kafka_partition = {partition:UInt16})
    AND (first_offset, id, source) NOT IN
  (
    SELECT kafka_offset, id, source FROM events
    WHERE kafka_partition = {partition:UInt16} AND kafka_offset IN (SELECT first_offset FROM duplicates WHERE ${IN_RANGE})
  )`

/** How many duplicates of a range are not explained by the event at their first_offset. */
export const countUnexplained = defineQuery({
  name: 'unexplained duplicates',
  parameters: range,
  row: z.object({ rows: exactInteger }),
  sql: () => `SELECT count() AS rows ${NOT_AT_FIRST_OFFSET} ${WITHIN_MEMORY}`,
})

/**
 * The duplicates of a range whose event is accepted nowhere: each is an event that was lost. An event that is accepted
 * elsewhere is well: a repair turns a first occurrence into a duplicate of a still earlier one, perhaps of another
 * partition.
 */
export const orphanedDuplicates = defineQuery({
  name: 'orphaned duplicates',
  parameters: range.extend({ offsets_max: z.int().positive() }),
  row: z.object({ offset: exactInteger }),
  sql: () => `
    WITH unexplained AS (SELECT kafka_offset AS offset, id, source ${NOT_AT_FIRST_OFFSET})
    SELECT offset FROM unexplained
    WHERE (id, source) NOT IN
    (
      SELECT id, source FROM events WHERE (id, source) IN (SELECT id, source FROM unexplained)
    )
    ORDER BY offset
    LIMIT {offsets_max:UInt32}
    ${WITHIN_MEMORY}`,
})
