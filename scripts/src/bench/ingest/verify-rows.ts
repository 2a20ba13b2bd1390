import { type ClickHouseClient, defineQuery, runQuery } from '@caretally/clickhouse'
import type { Tally } from '@caretally/producers'
import { CaretallyError } from '@caretally/runtime'
import { z } from 'zod'

import { checkCounts, countOutcomes } from '../../demo/check-counts.ts'

/** One number of all rows and of everything in them but the time at which they were written, in any order. */
const fingerprint = defineQuery({
  name: 'the fingerprint of events',
  parameters: z.object({}),
  row: z.object({ fingerprint: z.string() }),
  sql: () => `
    SELECT toString(sum(cityHash64(id, source, time, kind, subject, channel, region, detail, quantity,
      kafka_partition, kafka_offset))) AS fingerprint
    FROM events`,
})

/**
 * Holds what a contender has written against what was sent, cell by cell of the daily counts, and resolves to the rows'
 * fingerprint, which is the same for all contenders.
 *
 * @throws {CaretallyError} `bench_counts_wrong`
 */
export async function verifyRows(client: ClickHouseClient, tally: Tally, contender: string): Promise<string> {
  const checks = await checkCounts(client, tally, await countOutcomes(client))
  const wrong = checks.find(({ ok }) => !ok)
  if (wrong) throw countsWrong(contender, `${wrong.name}: ${wrong.actual}, not ${wrong.expected}`)
  const [row] = await runQuery(client, fingerprint, {})
  return row!.fingerprint
}

/** @throws {CaretallyError} `bench_counts_wrong` when two turns have written different rows */
export function expectSameRows(fingerprints: ReadonlySet<string>, contender: string): void {
  if (fingerprints.size > 1) throw countsWrong(contender, 'its rows are not those of the turn before')
}

function countsWrong(contender: string, what: string): CaretallyError {
  return new CaretallyError('bench_counts_wrong', `${contender} has counted wrong: ${what}`)
}
