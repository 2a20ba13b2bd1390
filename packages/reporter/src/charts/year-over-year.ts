import type { AnnualRow } from '../annual.ts'
import type { YearStatus } from '../status.ts'
import { chartConfig, type ChartSpecification, COMPACT_AXIS, formatCompact } from './specification.ts'
import type { Theme } from './theme.ts'
import { yearLabel } from './year-label.ts'

type Figure = Pick<
  AnnualRow,
  'metric' | 'title' | 'unit' | 'year' | 'value' | 'status' | 'previous' | 'previous_status'
>

/** How faint the oldest year is drawn; the latest one has the full colour. */
const OPACITY_MIN = 0.35

/**
 * The totals of each metric that is counted, a bar for each year and one for the year before the first. Shares are left
 * out; they have no totals. A year that is not final says so.
 */
export function yearOverYearChart(rows: readonly Figure[], theme: Theme): ChartSpecification {
  const bars = toBars(rows)
  const years = [...new Set(bars.map(({ year }) => year))].sort()
  return {
    title: 'Year over year',
    description: `The total of each metric in ${years.join(', ') || 'no year'}, a bar for each year.`,
    width: 620,
    height: { step: 17, for: 'offset' },
    config: chartConfig(theme),
    data: { values: bars },
    encoding: {
      y: {
        field: 'title',
        type: 'nominal',
        sort: null,
        scale: { paddingInner: 0.3 },
        axis: { title: null, ticks: false, labelLimit: 240 },
      },
      yOffset: { field: 'year', type: 'ordinal', scale: { domain: years } },
      x: { field: 'value', type: 'quantitative', axis: { ...COMPACT_AXIS, title: null, grid: false, tickCount: 6 } },
    },
    layer: [
      {
        mark: { type: 'bar', color: theme.accent },
        encoding: {
          opacity: {
            field: 'year',
            type: 'ordinal',
            scale: { domain: years, range: [years.length > 1 ? OPACITY_MIN : 1, 1] },
            legend: { title: null, orient: 'top', symbolFillColor: theme.accent },
          },
        },
      },
      { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'label' } } },
    ],
  }
}

interface Bar {
  metric: string
  title: string
  year: string
  value: number
  label: string
}

function toBars(rows: readonly Figure[]): Bar[] {
  return rows
    .filter(({ unit }) => unit !== 'share')
    .flatMap((row) => {
      const isFirst = !rows.some(({ metric, year }) => metric === row.metric && year === row.year - 1)
      const before = isFirst ? barOf(row, row.year - 1, row.previous, row.previous_status) : []
      return [...before, ...barOf(row, row.year, row.value, row.status)]
    })
}

function barOf({ metric, title }: Figure, year: number, value: number | null, status: YearStatus | null): Bar[] {
  if (value === null) return []
  return [{ metric, title, year: yearLabel(year, status), value, label: formatCompact(value) }]
}
