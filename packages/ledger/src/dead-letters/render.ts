import { type Align, renderPlainTable } from '@caretally/runtime'

import type { Format } from './arguments.ts'
import type { LetterCount } from './list.ts'
import type { Status } from './queries/values.ts'
import type { ReplaySummary } from './replay.ts'
import type { LetterDescription } from './show.ts'

const COUNTED = ['open', 'replayed', 'discarded'] as const satisfies Status[]
const NOTHING = '–'

/** The counts, and below the table their sums. Where only one status was asked for, the table shows only that one. */
export function renderCounts(counts: readonly LetterCount[], status: Status | undefined, format: Format): string {
  if (format === 'json') return renderJson(counts)
  const shown = status === undefined ? COUNTED : [status]
  if (counts.length === 0) return `There are no ${status === undefined ? '' : `${status} `}dead letters.\n`
  const rows = counts.map((count) => [
    count.reason,
    count.day,
    count.source ?? NOTHING,
    ...shown.map((name) => formatWhole(count[name])),
  ])
  const sums = shown.map((name) => `${formatWhole(counts.reduce((sum, count) => sum + count[name], 0))} ${name}`)
  const titles = ['Reason', 'Arrived', 'Source', ...shown.map((name) => name[0]!.toUpperCase() + name.slice(1))]
  const aligns = titles.map((_, index): Align => (index < titles.length - shown.length ? 'left' : 'right'))
  return `${renderPlainTable([titles, ...rows], aligns)}\n${sums.join(', ')}.\n`
}

export function renderDescription(letter: LetterDescription, format: Format): string {
  if (format === 'json') return renderJson(letter)
  const rows = [
    ['ID', letter.id],
    ['Status', letter.status],
    ['Reason', letter.reason],
    ['Detail', letter.detail || NOTHING],
    ['Came to Kafka', letter.appendedAt],
    ['Written here', letter.ingestedAt],
    ['Key', letter.keyBytes === null ? 'none' : formatBytes(letter.keyBytes)],
    ['Value', letter.valueBytes === null ? 'none' : formatBytes(letter.valueBytes)],
    ['Headers', letter.headers === 0 ? 'none' : `${letter.headers}, ${formatBytes(letter.headerBytes)}`],
    ...letter.decisions.map(({ status, decidedAt }) => [`Marked ${status}`, decidedAt]),
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  return rows.map(([name = '', text = '']) => `${name.padEnd(width)}  ${text}\n`).join('')
}

export function renderReplay(summary: ReplaySummary, isDryRun: boolean, format: Format): string {
  if (format === 'json') return renderJson({ dryRun: isDryRun, ...summary })
  const would = isDryRun ? 'would be ' : ''
  const rows = [
    [formatWhole(summary.published), `${would}published again and marked as replayed`],
    [formatWhole(summary.alreadyAccepted), `${would}marked as replayed: their events are counted already`],
    [formatWhole(summary.repeated), `${would}marked as replayed: they repeat others of this replay`],
    ...Object.entries(summary.stillBad).map(([reason, count]) => [formatWhole(count), `still bad: ${reason}`]),
  ]
  return renderPlainTable([['Letters', ''], ...rows], ['right', 'left'])
}

export function renderDiscard(discarded: number, isDryRun: boolean, format: Format): string {
  if (format === 'json') return renderJson({ dryRun: isDryRun, discarded })
  const letters = `${formatWhole(discarded)} dead letter${discarded === 1 ? '' : 's'}`
  return `${letters} ${isDryRun ? 'would be ' : ''}discarded.\n`
}

function renderJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

export function formatWhole(value: number): string {
  return value.toLocaleString('en-US')
}

function formatBytes(bytes: number): string {
  return `${formatWhole(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
}
