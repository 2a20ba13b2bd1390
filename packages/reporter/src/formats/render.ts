import { type Dimension, DIMENSIONS } from '@caretally/clickhouse'

import type { AnnualRow } from '../annual.ts'
import type { DailyRow } from '../counts.ts'
import type { MembersRow } from '../members.ts'
import type { Metric } from '../metrics.ts'
import type { HistoryRow } from '../publication/history.ts'
import { hasRates, type Rates } from '../reference/rates.ts'
import { renderAnnualTable } from './annual-table.ts'
import { renderCsv } from './csv.ts'
import { renderDailyTable } from './daily-table.ts'
import { renderDefinitions, toDefinition } from './definitions.ts'
import { historyColumns, renderHistoryTable } from './history-table.ts'
import { renderJson } from './json.ts'
import {
  renderAnnualMarkdown,
  renderDailyMarkdown,
  renderDefinitionsMarkdown,
  renderMembersMarkdown,
  renderMarkdownTable,
} from './markdown.ts'
import { renderMembersTable } from './members-table.ts'
import { createPaint } from './table.ts'

const TEXT_FORMATS = ['table', 'json', 'csv', 'markdown'] as const

/** All but a page are made at once, from the figures alone. */
type TextFormat = (typeof TEXT_FORMATS)[number]

export const FORMATS = [...TEXT_FORMATS, 'html'] as const

export type Format = (typeof FORMATS)[number]

interface RenderOptions {
  /** Whether a table may be coloured. Files never are. */
  colours?: boolean
}

/** The columns of an exported file, in their order; a row has no others but those of its rates. */
const ANNUAL_COLUMNS = [
  'year',
  'metric',
  'version',
  'value',
  'per_day',
  'events',
  'previous',
  'previous_status',
  'change_pct',
  'per_day_change_pct',
  'days',
  'days_in_year',
  'missing_days',
  'status',
  'title',
  'unit',
  'definition',
] as const satisfies readonly (keyof AnnualRow)[]

/** Further columns where a reference was given. */
const RATE_COLUMNS = ['per_member', 'per_physician', 'reference'] as const satisfies readonly (keyof Rates)[]

const METRIC_COLUMNS = ['metric', 'version', 'title', 'unit', 'counts', 'definition'] as const

export function renderAnnual(
  rows: readonly AnnualRow[],
  format: TextFormat,
  { colours = false }: RenderOptions = {},
): string {
  const table = () => renderAnnualTable(rows, createPaint(colours))
  const columns = hasRates(rows) ? [...ANNUAL_COLUMNS, ...RATE_COLUMNS] : ANNUAL_COLUMNS
  return render({ rows, columns, table, markdown: () => renderAnnualMarkdown(rows) }, format)
}

export function renderDaily(
  rows: readonly DailyRow[],
  dimensions: readonly Dimension[],
  format: TextFormat,
  { colours = false }: RenderOptions = {},
): string {
  const by = DIMENSIONS.filter((dimension) => dimensions.includes(dimension))
  const table = () => renderDailyTable(rows, by, createPaint(colours))
  const columns = ['day', ...by, 'events', 'quantity', ...(by.includes('region') ? ['suppressed'] : []), 'status']
  return render({ rows, columns, table, markdown: () => renderDailyMarkdown(rows, by) }, format)
}

export function renderMembers(
  rows: readonly MembersRow[],
  byRegion: boolean,
  format: TextFormat,
  { colours = false }: RenderOptions = {},
): string {
  const table = () => renderMembersTable(rows, { byRegion, paint: createPaint(colours) })
  const columns = ['period', ...(byRegion ? ['region'] : []), 'members', 'suppressed', 'method']
  return render({ rows, columns, table, markdown: () => renderMembersMarkdown(rows, byRegion) }, format)
}

/** The columns of an exported history. */
const HISTORY_COLUMNS = [
  'year',
  'metric',
  'version',
  'revision',
  'published_at',
  'value',
  'value_change',
  'events',
  'events_change',
  'days',
  'status',
] as const satisfies readonly (keyof HistoryRow)[]

export function renderHistory(
  rows: readonly HistoryRow[],
  format: TextFormat,
  { colours = false }: RenderOptions = {},
): string {
  const table = () => renderHistoryTable(rows, createPaint(colours))
  const markdown = () => renderMarkdownTable(historyColumns(createPaint(false)), rows)
  return render({ rows, columns: HISTORY_COLUMNS, table, markdown }, format)
}

export function renderMetrics(
  metrics: readonly Metric[],
  format: TextFormat,
  { colours = false }: RenderOptions = {},
): string {
  const rows = metrics.map(toDefinition)
  const table = () => renderDefinitions(rows, createPaint(colours))
  return render({ rows, columns: METRIC_COLUMNS, table, markdown: () => renderDefinitionsMarkdown(rows) }, format)
}

interface Renderable {
  rows: readonly object[]
  /** Of a CSV file. */
  columns: readonly string[]
  table: () => string
  markdown: () => string
}

function render({ rows, columns, table, markdown }: Renderable, format: TextFormat): string {
  if (format === 'json') return renderJson(rows)
  if (format === 'csv') return renderCsv(rows, columns)
  if (format === 'markdown') return markdown()
  return table()
}
