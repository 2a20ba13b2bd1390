import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { toClickHouseError } from '../server-error.ts'
import { defineQuery } from './query.ts'
import { exactInteger } from './values.ts'

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
  const finished_at = new Date(finished_at_ms).toISOString().slice(0, -1).replace('T', ' ')
  try {
    await client.insert({
      table: 'reconciliations',
      values: [{ ...columns, finished_at }],
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0 },
    })
  } catch (error) {
    throw toClickHouseError(error, 'keep the verdict')
  }
}
