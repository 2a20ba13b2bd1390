import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'

import type { AnnualRow } from '../annual.ts'
import type { DailyRow } from '../counts.ts'
import type { MembersRow } from '../members.ts'
import type { Metric } from '../metrics.ts'
import { renderAnnualTable } from './annual-table.ts'
import { renderCsv } from './csv.ts'
import { renderDailyTable } from './daily-table.ts'
import { renderDefinitions } from './definitions.ts'
import { renderJson } from './json.ts'
import { renderMembersTable } from './members-table.ts'
import { createPaint } from './table.ts'

export const FORMATS = ['table', 'json', 'csv'] as const

export type Format = (typeof FORMATS)[number]

interface RenderOptions {
  /** Whether a table may be coloured. Files never are. */
  colours?: boolean
}

/** The columns of an exported file, in their order; a row has no others. */
const ANNUAL_COLUMNS = [
  'year',
  'metric',
  'version',
  'value',
  'per_day',
  'previous',
  'previous_status',
  'change_pct',
  'per_day_change_pct',
  'days',
  'days_in_year',
  'status',
  'title',
  'unit',
  'definition',
] as const satisfies readonly (keyof AnnualRow)[]

const METRIC_COLUMNS = ['metric', 'version', 'title', 'unit', 'counts', 'definition'] as const

export function renderAnnual(
  rows: readonly AnnualRow[],
  format: Format,
  { colours = false }: RenderOptions = {},
): string {
  const table = () => renderAnnualTable(rows, createPaint(colours))
  return render({ rows, columns: ANNUAL_COLUMNS, table }, format)
}

export function renderDaily(
  rows: readonly DailyRow[],
  dimensions: readonly Dimension[],
  format: Format,
  { colours = false }: RenderOptions = {},
): string {
  const by = DIMENSIONS.filter((dimension) => dimensions.includes(dimension))
  const table = () => renderDailyTable(rows, by, createPaint(colours))
  const columns = ['day', ...by, 'events', 'quantity', ...(by.includes('region') ? ['suppressed'] : [])]
  return render({ rows, columns, table }, format)
}

export function renderMembers(
  rows: readonly MembersRow[],
  byRegion: boolean,
  format: Format,
  { colours = false }: RenderOptions = {},
): string {
  const table = () => renderMembersTable(rows, { byRegion, paint: createPaint(colours) })
  const columns = ['period', ...(byRegion ? ['region'] : []), 'members', 'suppressed', 'method']
  return render({ rows, columns, table }, format)
}

export function renderMetrics(
  metrics: readonly Metric[],
  format: Format,
  { colours = false }: RenderOptions = {},
): string {
  const rows = metrics.map(({ id, version, title, unit, counts, definition }) => {
    return { metric: id, version, title, unit, counts, definition }
  })
  const table = () => renderDefinitions(rows, createPaint(colours))
  return render({ rows, columns: METRIC_COLUMNS, table }, format)
}

interface Renderable {
  rows: readonly object[]
  /** Of a CSV file. */
  columns: readonly string[]
  table: () => string
}

function render({ rows, columns, table }: Renderable, format: Format): string {
  if (format === 'json') return renderJson(rows)
  if (format === 'csv') return renderCsv(rows, columns)
  return table()
}
