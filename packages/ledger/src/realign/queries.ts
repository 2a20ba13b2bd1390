import { defineQuery, exactInteger } from '@caretally/clickhouse'
import { z } from 'zod'

/** The last event of a partition, and when it was written; no row when there is none. */
export const lastEvent = defineQuery({
  name: 'the last event of a partition',
  parameters: z.object({ partition: z.int() }),
  row: z.object({ offset: exactInteger, written_ms: exactInteger }),
  sql: () => `
    SELECT kafka_offset AS offset, toUnixTimestamp64Milli(ingested_at) AS written_ms
    FROM events
    WHERE kafka_partition = {partition:UInt16}
    ORDER BY kafka_partition DESC, kafka_offset DESC
    LIMIT 1`,
})
