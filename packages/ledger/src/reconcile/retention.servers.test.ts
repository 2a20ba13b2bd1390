import { migrate, runQuery, writtenUpTo } from '@caretally/clickhouse'
import { sampleInteraction } from '@caretally/clickhouse/testing'
import { systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { runReconcile } from './command-line.ts'
import { DAY, onDay, openLedger, timeZone } from './ledger.test-support.ts'
import { reconcile } from './reconcile.ts'
import { repair } from './repair.ts'

const TODAY = new Date().toISOString().slice(0, 10)
const onToday = () => sampleInteraction({ time_ms: Date.parse(`${TODAY}T20:00:00Z`) })

/**
 * A database of 2016. Offsets 0 to 2 were written then, the last of them as a duplicate of the first, and have expired; offsets 3 to
 * 6 were written now, of which the last two are a duplicate of an event of then, and a dead letter.
 */
async function openOldLedger() {
  const ledger = await openLedger()
  const old = [onDay(), onDay({ region: 'OR' })]
  await ledger.accept(old, 0)
  await ledger.drop(old[0]!, 2, 0)
  for (const table of ['events', 'duplicates']) {
    await ledger.sql(`ALTER TABLE ${table} UPDATE ingested_at = '2016-03-01 00:00:00' WHERE kafka_offset <= 2`)
  }
  await ledger.accept([onToday(), onToday()], 3)
  await ledger.drop(old[1]!, 5, 1)
  await ledger.setAside(6)
  await ledger.commit(7)
  await ledger.sql(`ALTER TABLE schema_migrations UPDATE applied_at = '2016-01-01 00:00:00' WHERE number > 0`)
  for (const table of ['events', 'duplicates', 'dead_letters']) await ledger.sql(`OPTIMIZE TABLE ${table} FINAL`)
  expect(await ledger.count('(SELECT count() FROM events)')).toBe(2)
  return ledger
}

test.concurrent('what has expired is no drift, and the proof says what it is not about', async () => {
  await using ledger = await openOldLedger()
  const { ok, partitions, days, drift, keptFrom } = await reconcile(ledger.options)
  expect({ ok, drift }).toEqual({ ok: true, drift: [] })
  expect(partitions).toEqual([
    { partition: 0, firstOffset: 3, nextOffset: 7, consumed: 4, accepted: 2, duplicates: 1, deadLetters: 1 },
  ])
  expect(days).toEqual([
    { day: DAY, raw: 0, daily: 2, status: 'expired' },
    { day: TODAY, raw: 2, daily: 2, status: 'holds' },
  ])
  expect(keptFrom).toMatch(/^\d{4}-\d{2}-01$/)

  let stdout = ''
  const status = await runReconcile([], {
    env: ledger.env,
    clock: systemClock,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => undefined },
  })
  expect(status).toBe(0)
  expect(stdout).toContain(
    `before ${keptFrom} have expired (EVENTS_RETENTION_MONTHS). Not proved for that reason: 1 day, ${DAY};`,
  )
  expect(stdout).toContain('offsets before 0:3.')
})

test.concurrent('beside what has expired, drift is found and mended, and no day that has lost raw events is touched', async () => {
  await using ledger = await openOldLedger()
  await ledger.sql('DELETE FROM events WHERE kafka_offset = 4')
  const { drift } = await reconcile(ledger.options)
  expect(drift).toMatchObject([
    { type: 'missing_offsets', runs: [{ first: 4, last: 4 }] },
    { type: 'day', day: TODAY, raw: 1, daily: 2 },
  ])
  const { compensatedDays, ledger: after } = await repair(ledger.options)
  expect(compensatedDays).toEqual([TODAY])
  expect(after.days).toEqual([
    { day: DAY, raw: 0, daily: 2, status: 'expired' },
    { day: TODAY, raw: 1, daily: 1, status: 'holds' },
  ])
})

test.concurrent('in a database that is younger than the retention nothing has expired: what is missing is drift', async () => {
  await using ledger = await openOldLedger()
  await ledger.sql('ALTER TABLE schema_migrations UPDATE applied_at = now64(6) WHERE number > 0')
  const { ok, drift } = await reconcile(ledger.options)
  expect(ok).toBe(false)
  expect(drift.map(({ type }) => type)).toEqual(['missing_offsets', 'orphaned_duplicates', 'day'])
})

test.concurrent('what a shorter retention has taken is not drift under a longer one', async () => {
  await using ledger = await openOldLedger()
  const retention = { events_months: 0, dead_letters_days: 0 }
  const { client, env } = ledger
  await migrate({ client, database: env.CLICKHOUSE_DATABASE, timeZone, retention })
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true, drift: [] })
})

test.concurrent('a partition of which all events have expired is still known up to its last one', async () => {
  await using ledger = await openOldLedger()
  await ledger.sql("ALTER TABLE events UPDATE ingested_at = '2016-03-01 00:00:00' WHERE true")
  await ledger.sql("INSERT INTO daily_counts (day, kind, offsets) VALUES ('2016-02-29', 'login', map(3, 8))")
  await ledger.sql('OPTIMIZE TABLE events FINAL')
  expect(await runQuery(ledger.client, writtenUpTo, { partition: 3 })).toEqual([{ next_offset: 9 }])
  expect(await runQuery(ledger.client, writtenUpTo, { partition: 4 })).toEqual([])
})
