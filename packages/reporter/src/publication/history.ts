import { type ClickHouseClient, publishedRows, type PublishedRow, runQuery } from '@caretally/clickhouse'

import type { Metric } from '../metrics.ts'

/** A published revision of an annual figure, and how it differs from the one before. */
export interface HistoryRow {
  year: number
  metric: string
  version: number
  revision: number
  /** ISO 8601, UTC. */
  published_at: string
  value: number | null
  /** `value` less that of the revision before; null for the first one, and where one of them has none. */
  value_change: number | null
  /** Events that the figure was made from. */
  events: number
  /** `events` less those of the revision before: so many came late, or were taken back. Null for the first one. */
  events_change: number | null
  days: number
  status: string
}

interface HistoryRequest {
  client: ClickHouseClient
  year: number
  metrics: readonly Metric[]
}

/** What was published of a year, by metric in the registry's order, the earliest revision first. */
export async function annualHistory({ client, year, metrics }: HistoryRequest): Promise<HistoryRow[]> {
  const published = await runQuery(client, publishedRows, { from: year, to: year })
  return metrics.flatMap(({ id }) => historyRows(published.filter(({ metric }) => metric === id)))
}

/** The rows of one metric of a year, by version and revision. */
export function historyRows(published: readonly PublishedRow[]): HistoryRow[] {
  return published.map((row, index) => {
    const last = published[index - 1]
    const before = last?.version === row.version ? last : undefined
    const { year, metric, version, revision, published_at_ms, value, events, days, status } = row
    return {
      year,
      metric,
      version,
      revision,
      published_at: new Date(published_at_ms).toISOString(),
      value,
      value_change: before === undefined ? null : difference(value, before.value),
      events,
      events_change: before === undefined ? null : events - before.events,
      days,
      status,
    }
  })
}

const SHARE_DECIMALS = 3

/** Both have at most three decimals, and so has what lies between them. */
function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : Number((now - before).toFixed(SHARE_DECIMALS))
}
