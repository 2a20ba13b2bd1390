import { CHANNELS, KINDS, REGIONS } from '@caretally/events/kinds'

import { addressOf, ask } from './api.ts'
import { createChartView } from './chart-view.ts'
import { dailyCaption, dailyChart, shareChart } from './charts.ts'
import { byId, fillTable, setOptions, setText } from './elements.ts'
import { type Filters, rangesOf, readFilters, type Span, writeFilters } from './filters.ts'
import {
  type DayCount,
  daysPerPoint,
  kindsOf,
  monthSums,
  pointsOf,
  type SharePoint,
  shareSeries,
  splitSuppressed,
} from './series.ts'
import { CHANNEL_WORDS, kindWord, shareWord, wholeWord } from './words.ts'

const form = byId('filters', HTMLFormElement)
const range = byId('range', HTMLSelectElement)
const charts = {
  daily: createChartView(byId('daily-chart', HTMLDivElement)),
  share: createChartView(byId('share-chart', HTMLDivElement)),
}
const fields = {
  from: byId('from', HTMLInputElement),
  to: byId('to', HTMLInputElement),
  kind: byId('kind', HTMLSelectElement),
  channel: byId('channel', HTMLSelectElement),
  region: byId('region', HTMLSelectElement),
}
const CUSTOM = 'custom'

/** Asks for the days that are chosen, and shows them. */
export async function showDays(span: Span): Promise<void> {
  const filters = readFilters(location.search, span)
  showFilters(filters, span)
  const { from, to, region } = filters
  const [answered, answeredLogins] = await Promise.all([
    ask('/api/daily', { ...filters, by: 'kind' }),
    ask('/api/daily', { from, to, region, kind: 'login', by: 'channel' }),
  ])
  if (writeFilters(filters, span) !== writeFilters(readFilters(location.search, span), span)) return // chosen anew meanwhile
  const { shown: rows, hidden } = splitSuppressed(answered)
  const logins = splitSuppressed(answeredLogins)
  const drawn = pointsOf(filters, span.last_day, logins.hidden)
  const days = { count: drawn.flat().length, perPoint: daysPerPoint(filters) }
  const shares = shareSeries(logins.shown, drawn)
  setText(byId('summary', HTMLParagraphElement), summaryOf(rows, hidden.size, filters))
  setText(byId('share-summary', HTMLParagraphElement), shareSummaryOf(shares, filters))
  setText(byId('daily-caption', HTMLElement), dailyCaption(rows, hidden))
  showMonths(rows)
  byId('download', HTMLAnchorElement).href = addressOf('/api/daily', {
    ...filters,
    by: 'kind,channel,region,detail',
    format: 'csv',
  })
  await Promise.all([
    charts.daily.show((look) => dailyChart(rows, hidden, look)),
    charts.share.show((look) => shareChart(shares, days, look)),
  ])
}

/** Calls `onChange` when something else was chosen; the address then says so. */
export function watchFilters(spanOf: () => Span | undefined, onChange: () => void): void {
  setOptions(fields.kind, [['', 'All kinds'], ...KINDS.map((kind) => [kind, kindWord(kind)] as const)])
  setOptions(fields.channel, [
    ['', 'All channels'],
    ...CHANNELS.map((channel) => [channel, CHANNEL_WORDS[channel]] as const),
  ])
  setOptions(fields.region, [['', 'All regions'], ...REGIONS.map((region) => [region, region] as const)])
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', ({ target }) => {
    const span = spanOf()
    if (span === undefined) return
    const chosen = target === range ? rangesOf(span).find(({ label }) => label === range.value) : undefined
    if (chosen !== undefined) [fields.from.value, fields.to.value] = [chosen.from, chosen.to]
    if (fields.from.value > fields.to.value) fields[target === fields.from ? 'to' : 'from'].value = chosenDay(target)
    if (!form.reportValidity()) return
    history.replaceState(null, '', `${location.pathname}${writeFilters(readForm(), span)}`)
    onChange()
  })
  addEventListener('popstate', onChange)
}

/** A range that runs backwards becomes the one day that was chosen last. */
function chosenDay(target: EventTarget | null): string {
  return target === fields.from ? fields.from.value : fields.to.value
}

function readForm(): Filters {
  const { from, to, kind, channel, region } = fields
  return { from: from.value, to: to.value, kind: kind.value, channel: channel.value, region: region.value }
}

function showFilters(filters: Filters, span: Span): void {
  const ranges = rangesOf(span)
  setOptions(range, [...ranges.map(({ label }) => [label, label] as const), [CUSTOM, 'These days']])
  range.value = ranges.find(({ from, to }) => from === filters.from && to === filters.to)?.label ?? CUSTOM
  for (const name of ['from', 'to', 'kind', 'channel', 'region'] as const) {
    if (document.activeElement !== fields[name]) fields[name].value = filters[name] // nobody's typing is disturbed
  }
}

function summaryOf(
  rows: readonly DayCount[],
  hiddenDays: number,
  { from, to, kind, channel, region }: Filters,
): string {
  const total = rows.reduce((sum, { events }) => sum + events, 0)
  const where = [
    ...(channel === '' ? [] : [channel === 'web' ? 'on the web' : 'in the mobile app']),
    ...(region === '' ? [] : [`in ${region}`]),
  ]
  const what = [kind === '' ? 'Interactions' : kindWord(kind), ...where].join(' ')
  return `${what} from ${from} to ${to}: ${wholeWord(total)}.${hiddenDays === 0 ? '' : ` ${hiddenSentence(hiddenDays)}`}`
}

function hiddenSentence(days: number): string {
  const which = days === 1 ? 'One day is' : `${wholeWord(days)} days are`
  return `${which} not in it: so few members were active that the counts could tell who.`
}

function shareSummaryOf(points: readonly SharePoint[], { from, to, region }: Filters): string {
  const logins = points.reduce((sum, point) => sum + point.logins, 0)
  const mobile = points.reduce((sum, point) => sum + point.mobile, 0)
  const where = region === '' ? '' : ` in ${region}`
  if (logins === 0) return `There are no logins to show${where} from ${from} to ${to}.`
  return `${shareWord(mobile / logins)} of ${wholeWord(logins)} logins${where} were in the mobile app, whatever kind and channel are chosen.`
}

function showMonths(rows: readonly DayCount[]): void {
  const kinds = kindsOf(rows)
  const months = [...monthSums(rows)].sort(([a], [b]) => (a < b ? 1 : -1))
  fillTable(byId('months', HTMLTableElement), {
    caption: 'Interactions by month and kind',
    columns: [
      { title: 'Month' },
      ...kinds.map((kind) => ({ title: kindWord(kind), align: 'right' }) as const),
      { title: 'Together', align: 'right' },
    ],
    rows: months.map(([month, sums]) => [
      month,
      ...kinds.map((kind) => wholeWord(sums.get(kind) ?? 0)),
      wholeWord([...sums.values()].reduce((sum, events) => sum + events, 0)),
    ]),
  })
}
