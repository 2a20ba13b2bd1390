import { defineQuery, exactInteger } from '@caretally/clickhouse'
import { z } from 'zod'

import { bytes, moment, place, STATUSES } from './values.ts'

const HERE = 'kafka_partition = {partition:UInt16} AND kafka_offset = {offset:UInt64}'

/** All about one letter but what it holds. Sizes are in bytes. */
export const letterDescription = defineQuery({
  name: 'a dead letter',
  parameters: place,
  row: z.object({
    reason: z.string(),
    detail: z.string(),
    appendedAt: moment,
    ingestedAt: moment,
    /** Null where there is no key, or no value, which is not the same as an empty one. */
    keyBytes: exactInteger.nullable(),
    valueBytes: exactInteger.nullable(),
    headers: exactInteger,
    headerBytes: exactInteger,
  }),
  sql: () => `
    SELECT
      reason,
      detail,
      appended_at AS appendedAt,
      ingested_at AS ingestedAt,
      length(key) AS keyBytes,
      length(value) AS valueBytes,
      length(dead_letters.headers) AS headers,
      arraySum(header -> length(header.name) + length(header.value), dead_letters.headers) AS headerBytes
    FROM dead_letters
    WHERE ${HERE}
    LIMIT 1`,
})

/** What was decided about one letter, the latest first. */
export const letterDecisions = defineQuery({
  name: 'the decisions about a dead letter',
  parameters: place,
  row: z.object({ status: z.enum(STATUSES), decidedAt: moment }),
  sql: () => `
    SELECT status, decided_at AS decidedAt FROM dead_letter_decisions WHERE ${HERE} ORDER BY decided_at DESC LIMIT 100`,
})

/** What one letter holds; null for a tombstone. */
export const letterValue = defineQuery({
  name: 'the bytes of a dead letter',
  parameters: place,
  row: z.object({ bytes: bytes.nullable() }),
  sql: () => `SELECT base64Encode(value) AS bytes FROM dead_letters WHERE ${HERE} LIMIT 1`,
})
