import { type ClickHouseClient, countsFromDaily, countsFromEvents, ledgerCounts, runQuery } from '@caretally/clickhouse'
import { createTally, differenceFrom, type Tally } from '@caretally/producers'

/** What the producers know to have been acknowledged. */
export interface Truth {
  /** Events, each counted once however often it was sent. */
  readonly events: Tally
  /** Records that are no events. */
  malformed: number
  /** Acknowledged records, repetitions included. */
  sent: number
}

export interface Counted {
  sent: number
  accepted: number
  duplicates: number
  deadLetters: number
  /** By how much ClickHouse differs from the truth: events, cell by cell, in the days and in raw; and malformed records. */
  error: number
}

export function createTruth(): Truth {
  return { events: createTally(), malformed: 0, sent: 0 }
}

/** Holds what ClickHouse has against the truth. */
export async function compare(client: ClickHouseClient, truth: Truth, timeZone: string): Promise<Counted> {
  const range = { from: '2000-01-01', to: '2100-01-01' }
  const [ledger, daily, raw, malformed] = await Promise.all([
    runQuery(client, ledgerCounts, {}),
    runQuery(client, countsFromDaily, range),
    runQuery(client, countsFromEvents, { ...range, timeZone }),
    countMalformed(client),
  ])
  const rowsIn = (table: string) => ledger.reduce((sum, entry) => sum + (entry.table === table ? entry.rows : 0), 0)
  const deadLetters = rowsIn('dead_letters')
  const error =
    differenceFrom(truth.events, daily).events +
    differenceFrom(truth.events, raw).events +
    Math.abs(malformed - truth.malformed)
  return { sent: truth.sent, accepted: rowsIn('events'), duplicates: rowsIn('duplicates'), deadLetters, error }
}

/**
 * How many different values were refused, and are not published again since. A record that is sent again after a lost answer
 * may be in the log twice, each with its own outcome; it has no id by which the second could be dropped.
 */
async function countMalformed(client: ClickHouseClient): Promise<number> {
  const query = `SELECT toUInt32(uniqExact(value)) AS values FROM dead_letters WHERE (kafka_partition, kafka_offset) NOT IN
    (SELECT kafka_partition, kafka_offset FROM dead_letter_states WHERE status = 'replayed')`
  const rows = await (await client.query({ query, format: 'JSONEachRow' })).json<{ values: number }>()
  return rows[0]?.values ?? 0
}
