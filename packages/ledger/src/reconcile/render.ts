import { renderPlainTable } from '@caretally/runtime'

import { describeDrift } from './describe-drift.ts'
import type { Ledger, PartitionAccount } from './ledger.ts'
import type { Repair } from './repair.ts'

/** What a repair has done, beside the ledger. */
export type Mended = Omit<Repair, 'ledger'>

/** One object: the ledger, and `repaired` where a repair was asked for. */
export function renderJson(ledger: Ledger, repaired?: Mended): string {
  return `${JSON.stringify({ ...ledger, ...(repaired && { repaired }) }, null, 2)}\n`
}

/** The partitions as a table, the days as a sentence, each drift by name, and the verdict. */
export function renderTable(ledger: Ledger, repaired?: Mended): string {
  const { partitions, drift } = ledger
  return [
    ...(repaired ? [describeMended(repaired), ''] : []),
    ...(partitions.length === 0 ? ['The group has consumed nothing.'] : [tableOf(partitions)]),
    '',
    describeDays(ledger),
    ...describeExpired(ledger),
    ...drift.flatMap((one) => ['', ...describeDrift(one)]),
    '',
    describeVerdict(ledger),
    '',
  ].join('\n')
}

type Column = [title: string, value: (account: PartitionAccount) => number]

const COLUMNS: readonly Column[] = [
  ['Consumed', ({ consumed }) => consumed],
  ['Accepted', ({ accepted }) => accepted],
  ['Duplicates', ({ duplicates }) => duplicates],
  ['Dead letters', ({ deadLetters }) => deadLetters],
]
/** Shown where there are any. */
const ERASED: Column = ['Erased', ({ erased = 0 }) => erased]

function tableOf(partitions: readonly PartitionAccount[]): string {
  const hasErased = partitions.some(({ erased = 0 }) => erased > 0)
  const columns = hasErased ? [...COLUMNS, ERASED] : COLUMNS
  const rows = [
    ['Partition', 'Offsets', ...columns.map(([title]) => title)],
    ...partitions.map((account) => [
      String(account.partition),
      account.consumed === 0 ? 'none' : `${account.firstOffset}–${account.nextOffset - 1}`,
      ...columns.map(([, value]) => formatWhole(value(account))),
    ]),
    [
      'all',
      '',
      ...columns.map(([, value]) => formatWhole(partitions.reduce((total, account) => total + value(account), 0))),
    ],
  ]
  return renderPlainTable(rows, ['right', 'left', ...columns.map(() => 'right' as const)]).trimEnd()
}

function describeDays({ days }: Ledger): string {
  if (days.length === 0) return 'There are no days with events.'
  const range = rangeOf(days.map(({ day }) => day))
  const holding = days.filter(({ status }) => status === 'holds').length
  const held = holding === days.length ? '' : `on ${formatWhole(holding)} of them `
  return `${range}: ${held}the raw events are the daily counts.`
}

/** What the proof is not about. */
function describeExpired({ keptFrom, partitions, days }: Ledger): string[] {
  if (keptFrom === undefined) return []
  const expired = days.filter(({ status }) => status === 'expired').map(({ day }) => day)
  const about = expired.length === 0 ? 'no day' : rangeOf(expired)
  const offsets = partitions.map(({ partition, firstOffset }) => `${partition}:${firstOffset}`).join(', ')
  return [
    `Raw events that were written before ${keptFrom} have expired (EVENTS_RETENTION_MONTHS). Not proved for that reason: ${about};` +
      ` offsets before ${offsets}.`,
  ]
}

function rangeOf(days: readonly string[]): string {
  if (days.length === 1) return `1 day, ${days[0]}`
  return `${formatWhole(days.length)} days, ${days[0]} to ${days.at(-1)}`
}

function describeMended({ removed, compensatedDays }: Mended): string {
  if (removed === 0 && compensatedDays.length === 0) return 'There was nothing to repair.'
  const days = compensatedDays.length === 0 ? 'no day' : compensatedDays.join(', ')
  return `Repaired: ${formatWhole(removed)} events turned into duplicates; counts compensated of ${days}.`
}

function describeVerdict({ ok, drift, days }: Ledger): string {
  if (ok) return 'The ledger holds.'
  const undecided = days.filter(({ status }) => status === 'undecided').map(({ day }) => day)
  const verdicts = [
    ...(drift.length > 0 ? ['The ledger does not hold.'] : []),
    ...(undecided.length > 0
      ? [
          `Undecided, because something was being written at every look: ${undecided.join(', ')}. If no consumer runs, ` +
            'start one, so that the range that was left pending is finished; otherwise try again when fewer events come.',
        ]
      : []),
  ]
  return verdicts.join('\n')
}

function formatWhole(value: number): string {
  return value.toLocaleString('en-US')
}
