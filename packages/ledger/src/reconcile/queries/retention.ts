import { defineQuery, exactInteger } from '@caretally/clickhouse'
import { z } from 'zod'

/**
 * From when on rows are kept that were written then, by each retention that was ever in effect, up to its end or to now. Empty
 * where the database is younger than that.
 */
export const keptFrom = defineQuery({
  name: 'how long events are kept',
  parameters: z.object({}),
  row: z.object({ kept_from_ms: exactInteger }),
  sql: () => `
    SELECT toUnixTimestamp64Milli(toDateTime64(max(kept_from), 3, 'UTC')) AS kept_from_ms
    FROM
    (
      SELECT events_months,
        toStartOfMonth(leadInFrame(since, 1, now64(6, 'UTC')) OVER
          (ORDER BY since ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) - toIntervalMonth(events_months) AS kept_from
      FROM retentions
    )
    WHERE events_months > 0
    HAVING count() > 0 AND max(kept_from) > (SELECT min(applied_at) FROM schema_migrations)`,
})

/** The first offset of a partition whose event was written from a moment on; no row when there is none. */
export const firstWrittenSince = defineQuery({
  name: 'the first event that is kept',
  parameters: z.object({ partition: z.int().min(0), since_ms: z.int() }),
  row: z.object({ offset: exactInteger }),
  sql: () => `
    SELECT min(kafka_offset) AS offset FROM events
    WHERE kafka_partition = {partition:UInt16} AND ingested_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    HAVING count() > 0`,
})
