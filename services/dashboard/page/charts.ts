import type { TopLevelSpec } from 'vega-lite'

import { type KindPoint, kindsOf, type SharePoint } from './series.ts'
import { kindWord } from './words.ts'

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

const COLOURS = {
  light: { ink: '#3d474d', grid: '#e3e7e8', kinds: ['#2f6f9f', '#c96f14', '#2e8461', '#a04a83', '#7d7b22'] },
  dark: { ink: '#b9c4c8', grid: '#2e383c', kinds: ['#6fb1e0', '#f0a85a', '#6cc7a0', '#dc8fc3', '#c9c46a'] },
} as const
const DAYS_AS_BARS_MAX = 31
const NARROW_PX = 560
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'

/** Interactions a day, the kinds one upon the other. */
export function dailyChart(points: readonly KindPoint[], days: ChartDays, look: ChartLook): TopLevelSpec {
  const kinds = kindsOf(points).map(kindWord)
  const values = points.map(({ day, kind, events }) => {
    const order = kinds.indexOf(kindWord(kind))
    return { day, kind: kinds[order], events: Math.round(events), order, column: `kind_${order}` }
  })
  return {
    ...frame(look, 280),
    data: { values },
    layer: [
      {
        mark: isShort(days) ? { type: 'bar' } : { type: 'area', interpolate: days.perPoint > 1 ? 'monotone' : 'step' },
        encoding: {
          x: dayAxis(days, look),
          y: {
            field: 'events',
            type: 'quantitative',
            stack: 'zero',
            title: null,
            axis: { format: '~s', tickCount: 5 },
          },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: kinds, range: [...COLOURS[look.scheme].kinds] },
            legend: { orient: 'top', title: null, columns: look.width_px < NARROW_PX ? 2 : 5 },
          },
          order: { field: 'order', type: 'quantitative' },
        },
      },
      {
        // Columns of our own names: that of a kind from the database could be taken for a path.
        transform: [{ pivot: 'column', value: 'events', groupby: ['day'] }],
        ...pointer(
          days,
          look,
          kinds.map((title, order) => ({ field: `kind_${order}`, type: 'quantitative', format: ',', title })),
          isShort(days) ? 0.5 : 0, // the middle of a bar
        ),
      },
    ],
  }
}

/** Up to a month, days are bars: an area of a single day would have no width. */
function isShort({ count }: ChartDays): boolean {
  return count <= DAYS_AS_BARS_MAX
}

/** The mobile share of the logins of each day or week. */
export function shareChart(points: readonly SharePoint[], days: ChartDays, look: ChartLook): TopLevelSpec {
  return {
    ...frame(look, 180),
    data: {
      values: points.map(({ day, share, logins }) => ({ day, share, logins })),
    },
    layer: [
      {
        mark: { type: 'line', color: COLOURS[look.scheme].kinds[0], strokeWidth: 2, point: points.length < 2 },
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
      pointer(days, look, [
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

/** A rule at the day that is pointed at, which tells its figures. */
function pointer({ perPoint }: ChartDays, { scheme }: ChartLook, told: readonly Told[], bandPosition = 0): Layer {
  const day = { field: 'day', type: 'temporal', timeUnit: 'utcyearmonthdate' } as const
  return {
    mark: { type: 'rule', color: COLOURS[scheme].ink },
    params: [
      {
        name: 'pointed',
        select: { type: 'point', fields: ['day'], nearest: true, on: 'pointermove', clear: 'pointerout' },
      },
    ],
    encoding: {
      x: { ...day, bandPosition },
      opacity: { condition: { param: 'pointed', empty: false, value: 0.6 }, value: 0 },
      tooltip: [{ ...day, format: '%Y-%m-%d', title: perPoint > 1 ? 'Week from' : 'Day' }, ...told],
    },
  }
}

function dayAxis(days: ChartDays, { width_px }: ChartLook) {
  const labels = width_px < NARROW_PX ? 4 : 8
  return {
    field: 'day',
    type: 'temporal',
    timeUnit: 'utcyearmonthdate',
    title: null,
    axis: {
      grid: false,
      labelOverlap: true,
      format: days.perPoint > 1 ? '%b %Y' : '%b %-d',
      tickCount: isShort(days) ? { interval: 'day' as const, step: Math.ceil(days.count / labels) } : labels,
    },
  } as const
}

function frame({ width_px, scheme }: ChartLook, height: number) {
  const { ink, grid } = COLOURS[scheme]
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: width_px,
    height,
    autosize: { type: 'fit-x', contains: 'padding' },
    background: 'transparent',
    padding: { left: 0, top: 0, right: 0, bottom: 5 },
    config: {
      font: FONT,
      aria: false, // the page says what a chart shows, and has its figures as a table
      view: { stroke: null },
      axis: {
        labelColor: ink,
        labelFontSize: 12,
        gridColor: grid,
        domainColor: grid,
        tickColor: grid,
        domain: false,
        ticks: false,
        labelPadding: 8,
      },
      axisY: { minExtent: 40, maxExtent: 40 },
      legend: { labelColor: ink, labelFontSize: 13, symbolType: 'square', labelLimit: 0, offset: 14 },
    },
  } as const
}
