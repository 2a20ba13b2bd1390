import { type ClickHouseClient, countsFromDaily, ledgerCounts, runQuery } from '@caretally/clickhouse'
import { differenceFrom, type Tally } from '@caretally/producers'

import { type Check, check } from '../check.ts'

export interface Outcomes {
  accepted: number
  deadLetters: number
}

/** How many offsets have which outcome. */
export async function countOutcomes(client: ClickHouseClient): Promise<Outcomes> {
  const ledger = await runQuery(client, ledgerCounts, {})
  const rowsIn = (table: string) => ledger.reduce((sum, entry) => sum + (entry.table === table ? entry.rows : 0), 0)
  return { accepted: rowsIn('events'), deadLetters: rowsIn('dead_letters') }
}

/** Holds what ClickHouse has counted against what the producers know, cell by cell. */
export async function checkCounts(client: ClickHouseClient, tally: Tally, outcomes: Outcomes): Promise<Check[]> {
  const dates = [...tally.entries()].map(({ date }) => date)
  const rows = await runQuery(client, countsFromDaily, { from: dates[0]!, to: dates.at(-1)! })
  return [
    check('events accepted', tally.total, outcomes.accepted),
    check('dead letters', 0, outcomes.deadLetters),
    check(
      'cells of day, kind, channel and region that differ from what was sent',
      0,
      differenceFrom(tally, rows).cells,
    ),
  ]
}
