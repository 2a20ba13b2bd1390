import { annualSums, runQuery } from '@caretally/clickhouse'

import type { Drift } from './ledger.ts'
import { finalSummaries } from './queries/final-summaries.ts'
import type { Source } from './source.ts'

interface PlainSum {
  measure: 'events' | 'quantity'
  kinds: readonly string[]
  detail?: string
}

const CARE = ['telehealth', 'message', 'refill', 'lab_view']

/**
 * The published metrics, with their version, that are sums over a year's days, and of what. A metric of another version,
 * or one that is a ratio or a count of people, is not proved here.
 */
const PLAIN_SUMS: Readonly<Record<string, PlainSum>> = {
  'digital_interactions v1': { measure: 'events', kinds: ['login', ...CARE] },
  'care_interactions v1': { measure: 'events', kinds: CARE },
  'logins v1': { measure: 'events', kinds: ['login'] },
  'telehealth_visits v1': { measure: 'events', kinds: ['telehealth'] },
  'messages_exchanged v1': { measure: 'events', kinds: ['message'] },
  'messages_to_provider v1': { measure: 'events', kinds: ['message'], detail: 'to_provider' },
  'messages_to_patient v1': { measure: 'events', kinds: ['message'], detail: 'to_patient' },
  'prescriptions_refilled v1': { measure: 'quantity', kinds: ['refill'] },
  'lab_results_viewed v1': { measure: 'quantity', kinds: ['lab_view'] },
}

/**
 * Proves for the figures that were published as final, and are plain sums, that they still are the sum of their days. A
 * year's events in raw are the sum of its days in raw, so with {@link proveDays} annual equals raw as well.
 */
export async function proveAnnual({ clickhouse, signal }: Source): Promise<Drift[]> {
  const published = await runQuery(clickhouse, finalSummaries, {}, signal)
  if (published.length === 0) return []
  const years = published.map(({ year }) => year)
  const range = { from: Math.min(...years), to: Math.max(...years) }
  const sums = await runQuery(clickhouse, annualSums, range, signal)
  return published.flatMap(({ year, metric, version, value }): Drift[] => {
    const plain = PLAIN_SUMS[`${metric} v${version}`]
    if (plain === undefined) return []
    const counted = sums
      .filter((row) => row.year === year && plain.kinds.includes(row.kind))
      .filter((row) => plain.detail === undefined || row.detail === plain.detail)
      .reduce((total, row) => total + row[plain.measure], 0)
    return counted === value ? [] : [{ type: 'annual', year, metric, version, published: value, counted }]
  })
}
