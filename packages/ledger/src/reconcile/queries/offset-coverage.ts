import { defineQuery, exactInteger, IN_RANGE, offsetRange } from '@caretally/clickhouse'
import { z } from 'zod'

import { ERASED_PLACES } from './erased.ts'
import { memoryBound, WITHIN_MEMORY } from './values.ts'

/** Offsets of a bucket: small enough for a bitmap of 128 KiB, large enough that a year has few of them. */
export const BUCKET_OFFSETS = 2 ** 20

/** The offsets of a range that ended in each way. */
const OUTCOMES = [
  ...['events', 'duplicates', 'dead_letters'].map((table) => `(SELECT kafka_offset FROM ${table} WHERE ${IN_RANGE})`),
  ERASED_PLACES,
]

/**
 * How the offsets of a partition are covered by outcomes, in buckets; an event that was erased was accepted. Exact: `offsets` is
 * the size of the union of four bitmaps with one bit an offset, so a bucket whose rows are as many as its distinct offsets and as its length has
 * neither a gap nor an overlap, within a table or between two. A bucket without rows is absent.
 */
export const offsetCoverage = defineQuery({
  name: 'the offsets of a partition',
  parameters: offsetRange.extend(memoryBound.shape),
  row: z.object({
    bucket: exactInteger,
    accepted: exactInteger,
    duplicates: exactInteger,
    dead_letters: exactInteger,
    erased: exactInteger,
    offsets: exactInteger,
    first_offset: exactInteger,
  }),
  sql: () => `
    SELECT bucket,
      sumIf(rows, outcome = 1) AS accepted,
      sumIf(rows, outcome = 2) AS duplicates,
      sumIf(rows, outcome = 3) AS dead_letters,
      sumIf(rows, outcome = 4) AS erased,
      toUInt64(groupBitmapMerge(bits)) AS offsets,
      min(first) AS first_offset
    FROM (${OUTCOMES.map(bucketsOf).join(' UNION ALL ')})
    GROUP BY bucket
    ORDER BY bucket
    ${WITHIN_MEMORY}`,
})

function bucketsOf(rows: string, index: number): string {
  return `
    SELECT ${index + 1} AS outcome, intDiv(kafka_offset, ${BUCKET_OFFSETS}) AS bucket, count() AS rows,
      groupBitmapState(toUInt32(kafka_offset % ${BUCKET_OFFSETS})) AS bits, min(kafka_offset) AS first
    FROM ${rows}
    GROUP BY bucket`
}

const EACH_OUTCOME = OUTCOMES.map(
  (rows, index) => `SELECT toInt64(kafka_offset) AS at, ${index + 1} AS outcome FROM ${rows}`,
).join(' UNION ALL ')

const runs = offsetRange.extend({ runs_max: z.int().positive() })

/** The offsets of a range that no table has, as runs of which both ends are missing; at most `runs_max`, the first ones. */
export const missingRuns = defineQuery({
  name: 'missing offsets',
  parameters: runs,
  row: z.object({ first: exactInteger, last: exactInteger }),
  sql: () => `
    SELECT previous + 1 AS first, at - 1 AS last
    FROM
    (
      SELECT at, lagInFrame(at, 1, toInt64({from:UInt64}) - 1) OVER (ORDER BY at ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS previous
      FROM (${EACH_OUTCOME} UNION ALL SELECT toInt64({before:UInt64}) AS at, 0 AS outcome)
    )
    WHERE at > previous + 1
    ORDER BY first
    LIMIT {runs_max:UInt32}`,
})

/**
 * The offsets of a range that have more than one row, as runs of offsets with the same rows; at most `runs_max`, the
 * first ones.
 */
export const overlapRuns = defineQuery({
  name: 'offsets with several outcomes',
  parameters: runs,
  row: z.object({
    first: exactInteger,
    last: exactInteger,
    accepted: exactInteger,
    duplicates: exactInteger,
    dead_letters: exactInteger,
    erased: exactInteger,
  }),
  sql: () => `
    SELECT min(at) AS first, max(at) AS last, accepted, duplicates, dead_letters, erased
    FROM
    (
      SELECT at, accepted, duplicates, dead_letters, erased,
        at - row_number() OVER (PARTITION BY accepted, duplicates, dead_letters, erased ORDER BY at) AS run
      FROM
      (
        SELECT at, countIf(outcome = 1) AS accepted, countIf(outcome = 2) AS duplicates,
          countIf(outcome = 3) AS dead_letters, countIf(outcome = 4) AS erased
        FROM (${EACH_OUTCOME})
        GROUP BY at
        HAVING count() > 1
      )
    )
    GROUP BY accepted, duplicates, dead_letters, erased, run
    ORDER BY first
    LIMIT {runs_max:UInt32}`,
})

const rowsRow = z.object({ partition: z.int(), rows: exactInteger, first: exactInteger, last: exactInteger })

/** The rows of partitions for which the group has committed nothing. */
export const uncommittedPartitions = defineQuery({
  name: 'partitions without a committed offset',
  parameters: z.object({ committed: z.array(z.int().min(0)) }),
  row: rowsRow,
  sql: () => rowsWhere('kafka_partition NOT IN {committed:Array(UInt16)}'),
})

/** The rows of a partition from an offset on, in any table. */
export const rowsBeyond = defineQuery({
  name: 'rows beyond the committed offset',
  parameters: z.object({ partition: z.int().min(0), from: z.int().min(0) }),
  row: rowsRow,
  sql: () => rowsWhere('kafka_partition = {partition:UInt16} AND kafka_offset >= {from:UInt64}'),
})

function rowsWhere(condition: string): string {
  const rows = ['events', 'duplicates', 'dead_letters'].map(
    (table) => `SELECT kafka_partition, kafka_offset FROM ${table} WHERE ${condition}`,
  )
  return `
    SELECT kafka_partition AS partition, count() AS rows, min(kafka_offset) AS first, max(kafka_offset) AS last
    FROM (${rows.join(' UNION ALL ')})
    GROUP BY partition
    ORDER BY partition`
}
