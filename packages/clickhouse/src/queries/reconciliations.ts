import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { insertRows } from '../insert-rows.ts'
import { defineQuery } from './query.ts'
import { dateTime, exactInteger } from './values.ts'

const VERDICTS = ['holds', 'drift', 'undecided'] as const

/** What came of a reconciliation. */
export interface Reconciliation {
  finished_at_ms: number
  verdict: (typeof VERDICTS)[number]
  /** How many things did not add up. */
  drifts: number
  /** Accepted events that were looked at. */
  accepted: number
}

/** The latest reconciliation; no row before the first one. */
export const lastReconciliation = defineQuery({
  name: 'the last reconciliation',
  parameters: z.object({}),
  row: z.object({
    finished_at_ms: exactInteger,
    verdict: z.enum(VERDICTS),
    drifts: exactInteger,
    accepted: exactInteger,
  }),
  sql: () => `
    SELECT toUnixTimestamp64Milli(finished_at) AS finished_at_ms, verdict, drifts, accepted
    FROM reconciliations
    ORDER BY finished_at DESC
    LIMIT 1`,
})

export async function insertReconciliation(client: ClickHouseClient, reconciliation: Reconciliation): Promise<void> {
  const { finished_at_ms, ...columns } = reconciliation
  await insertRows(client, {
    table: 'reconciliations',
    rows: [{ ...columns, finished_at: dateTime(finished_at_ms) }],
    settings: { async_insert: 0 },
    operation: 'keep the verdict',
  })
}
