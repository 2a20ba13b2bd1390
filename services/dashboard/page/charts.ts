import { type DailyBar, chartConfig, dailyInteractionsChart, DARK, LIGHT, type Theme } from '@caretally/reporter/charts'
import type { TopLevelSpec } from 'vega-lite'

import type { DayCount, SharePoint } from './series.ts'

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

/** Colours and letters of a chart. */
export interface ChartLook {
  width_px: number
  scheme: 'light' | 'dark'
}

/** What is drawn, and so how the days are written. */
export interface ChartDays {
  count: number
  /** What a point stands for: 1, or a week. */
  perPoint: number
}

const DAYS_LABELLED_MAX = 31
const NARROW_PX = 560

/** Interactions a day by kind, as the report draws them, and a rule that tells the figures of what is pointed at. */
export function dailyChart(counts: readonly DayCount[], hidden: ReadonlySet<string>, look: ChartLook): TopLevelSpec {
  const { data, mark, encoding } = dailyInteractionsChart(counts, themeOf(look), hidden)
  const legend = { title: null, orient: 'top', columns: look.width_px < NARROW_PX ? 2 : 5 } as const
  const color = encoding?.color === undefined ? {} : { color: { ...encoding.color, legend } }
  const told = toldOf(data.values)
  const isDays = data.values.every(({ days }) => days === 1)
  return {
    ...frame(look, 280),
    layer: [
      { data, mark, encoding: { ...encoding, ...color } },
      {
        data: { values: told.rows },
        ...pointer(
          isDays ? 'Day' : 'From',
          look,
          told.series.map((title, order) => ({ field: `series_${order}`, type: 'quantitative', format: ',', title })),
        ),
      },
    ],
  }
}

/** The sentence of the daily chart: from when to when, and what a bar is. */
export function dailyCaption(counts: readonly DayCount[], hidden: ReadonlySet<string>): string {
  const { title, description } = dailyInteractionsChart(counts, LIGHT, hidden)
  return `${title}. ${description}`
}

/** A row for each bin, in its middle, with a column for each series: of names of our own, since a kind's could be taken for a path. */
function toldOf(bars: readonly DailyBar[]): { series: string[]; rows: Record<string, string | number>[] } {
  const ranked = bars.toSorted((a, b) => a.rank - b.rank)
  const series = [...new Set(ranked.map(({ series }) => series))]
  const rows = new Map<string, Record<string, string | number>>()
  for (const { from, until, series: title, per_day } of bars) {
    const row = rows.get(from) ?? { day: (Date.parse(from) + Date.parse(until)) / 2, from }
    rows.set(from, { ...row, [`series_${series.indexOf(title)}`]: Math.round(per_day) })
  }
  return { series, rows: [...rows.values()] }
}

function themeOf({ scheme }: ChartLook): Theme {
  return scheme === 'dark' ? DARK : LIGHT
}

/** The mobile share of the logins of each day or week. */
export function shareChart(points: readonly SharePoint[], days: ChartDays, look: ChartLook): TopLevelSpec {
  return {
    ...frame(look, 180),
    data: {
      values: points.map(({ day, share, logins }) => ({ day: Date.parse(day), from: day, share, logins })),
    },
    layer: [
      {
        mark: { type: 'line', color: themeOf(look).accent, strokeWidth: 2, point: points.length < 2 },
        encoding: {
          x: dayAxis(days, look),
          y: {
            field: 'share',
            type: 'quantitative',
            title: null,
            scale: { domain: [0, 1] },
            axis: { format: '.0%', tickCount: 5 },
          },
        },
      },
      pointer(days.perPoint > 1 ? 'Week from' : 'Day', look, [
        { field: 'share', type: 'quantitative', format: '.1%', title: 'Mobile share' },
        { field: 'logins', type: 'quantitative', format: ',', title: 'Logins' },
      ]),
    ],
  }
}

interface Told {
  field: string
  type: 'quantitative'
  format: string
  title: string
}

/** A rule at what is pointed at, which tells its figures. Its rows have a `day`, where it stands, and `from`, what it says. */
function pointer(title: string, look: ChartLook, told: readonly Told[]): Layer {
  return {
    mark: { type: 'rule', color: themeOf(look).text },
    params: [
      {
        name: 'pointed',
        select: { type: 'point', fields: ['day'], nearest: true, on: 'pointermove', clear: 'pointerout' },
      },
    ],
    encoding: {
      x: { field: 'day', type: 'temporal', scale: { type: 'utc' } },
      opacity: { condition: { param: 'pointed', empty: false, value: 0.6 }, value: 0 },
      tooltip: [{ field: 'from', type: 'nominal', title }, ...told],
    },
  }
}

/** Up to a month, each few days have their label. */
function isShort({ count }: ChartDays): boolean {
  return count <= DAYS_LABELLED_MAX
}

function dayAxis(days: ChartDays, { width_px }: ChartLook) {
  const labels = width_px < NARROW_PX ? 4 : 8
  return {
    field: 'day',
    type: 'temporal',
    scale: { type: 'utc' },
    title: null,
    axis: {
      grid: false,
      labelOverlap: true,
      format: days.perPoint > 1 ? '%b %Y' : '%b %-d',
      tickCount: isShort(days) ? { interval: 'day' as const, step: Math.ceil(days.count / labels) } : labels,
    },
  } as const
}

function frame(look: ChartLook, height: number) {
  const config = chartConfig(themeOf(look))
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: look.width_px,
    height,
    autosize: { type: 'fit-x', contains: 'padding' },
    background: 'transparent',
    padding: { left: 0, top: 0, right: 0, bottom: 5 },
    config: {
      ...config,
      aria: false, // the page says what a chart shows, and has its figures as a table
      axis: { ...config.axis, domain: false, ticks: false, labelPadding: 8 },
      axisY: { minExtent: 40, maxExtent: 40 },
    },
  } as const
}
