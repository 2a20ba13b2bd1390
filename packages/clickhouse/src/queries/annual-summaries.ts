import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { insertRows } from '../insert-rows.ts'
import { defineQuery } from './query.ts'
import { dateTime, exactInteger, yearRange } from './values.ts'

/** An annual figure as it was published. */
export interface PublishedRow {
  year: number
  metric: string
  version: number
  /** Counts up from 1 within year, metric and version. */
  revision: number
  published_at_ms: number
  value: number | null
  per_day: number | null
  /** Events that the figure was made from. */
  events: number
  previous: number | null
  change_pct: number | null
  per_day_change_pct: number | null
  days: number
  days_in_year: number
  status: string
}

/** Every revision of every figure of some years, by year, metric and version, the earliest first. */
export const publishedRows = defineQuery({
  name: 'what was published',
  parameters: yearRange,
  row: z.object({
    year: z.int(),
    metric: z.string(),
    version: z.int(),
    revision: z.int(),
    published_at_ms: exactInteger,
    value: z.number().nullable(),
    per_day: z.number().nullable(),
    events: exactInteger,
    previous: z.number().nullable(),
    change_pct: z.number().nullable(),
    per_day_change_pct: z.number().nullable(),
    days: z.int(),
    days_in_year: z.int(),
    status: z.string(),
  }),
  sql: () => `
    SELECT year, metric, version, revision, toUnixTimestamp64Milli(published_at) AS published_at_ms,
      value, per_day, events, previous, change_pct, per_day_change_pct, days, days_in_year, status
    FROM annual_summaries
    WHERE year BETWEEN {from:UInt16} AND {to:UInt16}
    ORDER BY year, metric, version, revision`,
})

/**
 * Adds a published row. Of two with the same year, metric, version and revision the first one stays, and the other one is
 * dropped without an error: look afterwards which it was.
 */
export async function insertPublishedRow(client: ClickHouseClient, row: PublishedRow): Promise<void> {
  const { published_at_ms, ...columns } = row
  await insertRows(client, {
    table: 'annual_summaries',
    rows: [{ ...columns, published_at: dateTime(published_at_ms) }],
    settings: {
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: `${row.metric}|${row.version}|${row.year}|${row.revision}`,
    },
    operation: 'publish a figure',
  })
}
