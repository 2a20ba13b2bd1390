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

function tableOf(partitions: readonly PartitionAccount[]): string {
  const rows = [
    ['Partition', 'Offsets', ...COLUMNS.map(([title]) => title)],
    ...partitions.map((account) => [
      String(account.partition),
      account.consumed === 0 ? 'none' : `${account.firstOffset}–${account.nextOffset - 1}`,
      ...COLUMNS.map(([, value]) => formatWhole(value(account))),
    ]),
    [
      'all',
      '',
      ...COLUMNS.map(([, value]) => formatWhole(partitions.reduce((total, account) => total + value(account), 0))),
    ],
  ]
  return renderPlainTable(rows, ['right', 'left', ...COLUMNS.map(() => 'right' as const)]).trimEnd()
}

function describeDays({ days }: Ledger): string {
  const first = days[0]?.day
  if (first === undefined) return 'There are no days with events.'
  const range =
    days.length === 1 ? `1 day, ${first}` : `${formatWhole(days.length)} days, ${first} to ${days.at(-1)!.day}`
  const holding = days.filter(({ status }) => status === 'holds').length
  if (holding === days.length) return `${range}: the raw events are the daily counts.`
  return `${range}: on ${formatWhole(holding)} of them the raw events are the daily counts.`
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
