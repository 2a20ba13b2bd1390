import {
  type ClickHouseClient,
  countsFromDaily,
  countsFromEvents,
  ledgerCounts,
  type OUTCOME_TABLES,
  runQuery,
} from '@caretally/clickhouse'
import { differenceFrom, type LoadTruth } from '@caretally/producers'

import { type Check, check } from '../check.ts'
import { deadLetterReasons } from './queries.ts'

interface VerifyOptions {
  client: ClickHouseClient
  truth: LoadTruth
  /** Records in the topic. */
  records: number
  timeZone: string
}

/** Dates that no event lies outside of: those that are accepted, as far as `Date` goes. */
const ALL_DAYS = { from: '2000-01-01', to: '2100-01-01' }

/** Holds Kafka and ClickHouse against what the producers know: totals, reasons, and cell by cell. */
export async function verify({ client, truth, records, timeZone }: VerifyOptions): Promise<Check[]> {
  const [ledger, reasons, daily, raw] = await Promise.all([
    runQuery(client, ledgerCounts, {}),
    runQuery(client, deadLetterReasons, {}),
    runQuery(client, countsFromDaily, ALL_DAYS),
    runQuery(client, countsFromEvents, { ...ALL_DAYS, timeZone }),
  ])
  const rowsIn = (name: (typeof OUTCOME_TABLES)[number]) =>
    ledger.reduce((sum, { table, rows }) => sum + (table === name ? rows : 0), 0)
  const { accepted } = truth
  return [
    check('records in the topic', truth.sent, records),
    check('events accepted', accepted.total, rowsIn('events')),
    check('duplicates', truth.duplicates, rowsIn('duplicates')),
    check('dead letters', sumOf(truth.deadLetters), rowsIn('dead_letters')),
    check('dead letters under another reason', 0, misplaced(truth.deadLetters, reasons)),
    check(
      'events that the days have too few or too many, by kind, channel and region',
      0,
      differenceFrom(accepted, daily).events,
    ),
    check(
      'events that raw has too few or too many, by day, kind, channel and region',
      0,
      differenceFrom(accepted, raw).events,
    ),
  ]
}

/** By how much the checks of counts are wrong, all together. */
export function differenceOf(checks: readonly Check[]): number {
  return checks.reduce(
    (sum, { expected, actual }) =>
      sum + (typeof expected === 'number' && typeof actual === 'number' ? Math.abs(actual - expected) : 0),
    0,
  )
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** How many there are beyond what is expected of their reason. */
function misplaced(
  expected: ReadonlyMap<string, number>,
  counted: readonly { reason: string; records: number }[],
): number {
  return counted.reduce((sum, { reason, records }) => sum + Math.max(0, records - (expected.get(reason) ?? 0)), 0)
}
