import {
  type ClickHouseClient,
  insertPublishedRow,
  publishedRows,
  type PublishedRow,
  runQuery,
} from '@caretally/clickhouse'
import { CaretallyError, type Clock } from '@caretally/runtime'

import type { AnnualRow } from '../annual.ts'

/** What became of each of the rows. */
export interface Published {
  /** Published now, for the first time or because something has changed. */
  revised: PublishedRow[]
  /** How many were published before as they are. */
  unchanged: number
}

interface PublishRequest {
  client: ClickHouseClient
  clock: Pick<Clock, 'now'>
  rows: readonly AnnualRow[]
}

/**
 * Publishes annual rows: each becomes the next revision of its figure, unless the latest one says the same. What was published
 * stays on record.
 *
 * @throws {CaretallyError} `published_meanwhile` when somebody else has published one of the figures at the same time; the others are
 *   published then
 */
export async function publishAnnual({ client, clock, rows }: PublishRequest): Promise<Published> {
  if (rows.length === 0) return { revised: [], unchanged: 0 }
  const years = rows.map(({ year }) => year)
  const range = { from: Math.min(...years), to: Math.max(...years) }
  const latest = new Map((await runQuery(client, publishedRows, range)).map((row) => [figureOf(row), row]))
  const published_at_ms = clock.now()
  const revised = rows.flatMap((row) => {
    const before = latest.get(figureOf(row))
    if (before !== undefined && saysTheSame(row, before)) return []
    return [publishedRow(row, (before?.revision ?? 0) + 1, published_at_ms)]
  })
  for (const row of revised) await insertPublishedRow(client, row)
  await assertPublished(client, range, revised)
  return { revised, unchanged: rows.length - revised.length }
}

/** A figure is told by its year, and by what it counts. */
function figureOf({ year, metric, version }: Pick<PublishedRow, 'year' | 'metric' | 'version'>): string {
  return `${year} ${metric} ${version}`
}

const COMPARED = [
  'value',
  'per_day',
  'events',
  'previous',
  'change_pct',
  'per_day_change_pct',
  'days',
  'status',
] as const satisfies readonly (keyof AnnualRow & keyof PublishedRow)[]

function saysTheSame(row: AnnualRow, published: PublishedRow): boolean {
  return COMPARED.every((column) => row[column] === published[column])
}

function publishedRow(row: AnnualRow, revision: number, published_at_ms: number): PublishedRow {
  const { year, metric, version, value, per_day, events, previous, change_pct, per_day_change_pct } = row
  const { days, days_in_year, status } = row
  const figures = { value, per_day, events, previous, change_pct, per_day_change_pct }
  return { year, metric, version, revision, published_at_ms, ...figures, days, days_in_year, status }
}

/** Of two who publish the same revision, one finds that of the other. */
async function assertPublished(
  client: ClickHouseClient,
  range: { from: number; to: number },
  revised: readonly PublishedRow[],
): Promise<void> {
  const found = new Map(
    (await runQuery(client, publishedRows, range)).map((row) => [`${figureOf(row)} ${row.revision}`, row]),
  )
  const lost = revised.find((row) => {
    return found.get(`${figureOf(row)} ${row.revision}`)?.published_at_ms !== row.published_at_ms
  })
  if (lost === undefined) return
  throw new CaretallyError(
    'published_meanwhile',
    `somebody else has published ${lost.metric} of ${lost.year} at the same time`,
    { hint: "look at 'report history', and publish again if a figure still differs" },
  )
}
