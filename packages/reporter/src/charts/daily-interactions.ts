import { type Bin, binOf, type BinSize, binSizeOf } from './bins.ts'
import { chartConfig, COMPACT_AXIS, type UnitChartSpecification } from './specification.ts'
import type { Theme } from './theme.ts'

/** The interactions of a day, or of one kind on that day. There may be several for the same day and kind. */
export interface DailyInteractions {
  /** `YYYY-MM-DD` */
  day: string
  kind?: string | undefined
  events: number
}

const KINDS = [
  { kind: 'login', title: 'Logins' },
  { kind: 'telehealth', title: 'Telehealth visits' },
  { kind: 'message', title: 'Messages' },
  { kind: 'refill', title: 'Refill requests' },
  { kind: 'lab_view', title: 'Lab-result views' },
] as const

/** What a kind is called where several of its events are meant; undefined of a kind that is not known. */
export function kindTitle(kind: string): string | undefined {
  return KINDS.find((known) => known.kind === kind)?.title
}

const ALL = 'All interactions'
const OTHER = 'Other'

/**
 * Interactions a day by kind, stacked: of each day, or the mean of each week or month when there are many days. A bar is as
 * wide as the days that it stands for; days between the first and the last that have no counts are zeros, but for those that
 * are not known, of which there are no counts: a mean leaves them out.
 */
export function dailyInteractionsChart(
  counts: readonly DailyInteractions[],
  theme: Theme,
  unknownDays: ReadonlySet<string> = new Set(),
): DailyInteractionsChart {
  const span = spanOf(counts)
  const bars = span === undefined ? [] : toBars(counts, span, unknownDays)
  const series = seriesOf(theme).filter(({ title }) => bars.some((bar) => bar.series === title))
  return {
    title: `Interactions a day${series.some(({ title }) => title === ALL) ? '' : ' by kind'}`,
    description: span === undefined ? 'There are no counts.' : `From ${span.first} to ${span.last}. ${BARS[span.size]}`,
    width: 840,
    height: 260,
    config: chartConfig(theme),
    data: { values: bars },
    mark: { type: 'bar', orient: 'vertical', stroke: theme.background, strokeWidth: 0.5 },
    encoding: {
      x: { field: 'from', type: 'temporal', scale: { type: 'utc' }, axis: { title: null, grid: false } },
      x2: { field: 'until' },
      y: {
        field: 'per_day',
        type: 'quantitative',
        stack: 'zero',
        axis: { ...COMPACT_AXIS, title: 'a day', tickCount: 5 },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: series.map(({ title }) => title), range: series.map(({ colour }) => colour) },
        legend: series.length > 1 ? { title: null, orient: 'top' } : null,
      },
      order: { field: 'rank', type: 'quantitative' },
    },
  }
}

export type DailyInteractionsChart = UnitChartSpecification & { data: { values: readonly DailyBar[] } }

/** From the first day that has counts to the last, and into what they are put together. */
interface Span {
  first: string
  last: string
  size: BinSize
}

function spanOf(counts: readonly DailyInteractions[]): Span | undefined {
  const days = counts.map(({ day }) => day).sort()
  const [first, last] = [days[0], days.at(-1)]
  return first === undefined || last === undefined ? undefined : { first, last, size: binSizeOf(first, last) }
}

/** What is drawn as one: a kind on the days of a bin. */
export interface DailyBar extends Bin {
  series: string
  /** Its place in the stack, from the bottom. */
  rank: number
  per_day: number
}

function toBars(counts: readonly DailyInteractions[], span: Span, unknownDays: ReadonlySet<string>): DailyBar[] {
  const bars = new Map<string, DailyBar>()
  const unknownIn = countIn(unknownDays, span)
  for (const { day, kind, events } of counts) {
    const bin = binOf(day, span.size, span)
    const series = titleOf(kind)
    const key = `${bin.from} ${series}`
    const days = bin.days - (unknownIn.get(bin.from) ?? 0)
    const bar = bars.get(key) ?? { ...bin, days, series, rank: rankOf(series), per_day: 0 }
    bars.set(key, { ...bar, per_day: bar.per_day + events / days })
  }
  return [...bars.values()]
}

/** How many of the days each bin holds, by its first day. */
function countIn(days: ReadonlySet<string>, span: Span): Map<string, number> {
  const counts = new Map<string, number>()
  for (const day of days) {
    if (day < span.first || day > span.last) continue
    const { from } = binOf(day, span.size, span)
    counts.set(from, (counts.get(from) ?? 0) + 1)
  }
  return counts
}

function seriesOf(theme: Theme): { title: string; colour: string }[] {
  return [
    ...KINDS.map(({ kind, title }) => ({ title, colour: theme[kind] })),
    { title: OTHER, colour: theme.other },
    { title: ALL, colour: theme.accent },
  ]
}

function titleOf(kind: string | undefined): string {
  return kind === undefined ? ALL : (kindTitle(kind) ?? OTHER)
}

function rankOf(series: string): number {
  const rank = KINDS.findIndex(({ title }) => title === series)
  return rank === -1 ? KINDS.length : rank
}

const BARS: Record<BinSize, string> = {
  day: 'Each bar is a day.',
  week: 'Each bar is the daily mean of a week, from Monday on.',
  month: 'Each bar is the daily mean of a calendar month.',
}
