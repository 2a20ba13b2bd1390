import { lastReconciliation, runQuery } from '@caretally/clickhouse'
import { sampleInteraction } from '@caretally/clickhouse/testing'
import { pendingMetadata } from '@caretally/kafka'
import { systemClock } from '@caretally/runtime'
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'

import { runReconcile } from './command-line.ts'
import type { Drift } from './ledger.ts'
import { DAY, NEXT_DAY, onDay, onNextDay, openLedger } from './ledger.test-support.ts'
import { reconcile } from './reconcile.ts'
import { repair } from './repair.ts'

/** Offsets 0 to 5 of partition 0: two days, a duplicate and a dead letter. */
async function openSmallLedger() {
  const ledger = await openLedger()
  const events = [onDay(), onDay({ channel: 'mobile' }), onDay({ region: 'OR' }), onNextDay()]
  await ledger.accept(events, 0)
  await ledger.drop(events[1]!, 4, 1)
  await ledger.setAside(5)
  await ledger.commit(6)
  return { ...ledger, events, [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose]() }
}

const day = (name: string, raw: number, daily: number, status = raw === daily ? 'holds' : 'drift') => ({
  day: name,
  raw,
  daily,
  status,
})
const account = { partition: 0, firstOffset: 0, nextOffset: 6, consumed: 6, accepted: 4, duplicates: 1, deadLetters: 1 }
/** Looks are repeated at once. */
const withoutPauses = { ...systemClock, sleep: async () => undefined }
const nothingToDo = { removed: 0, compensatedDays: [] }

async function driftOf(ledger: { options: Parameters<typeof reconcile>[0] }): Promise<Drift[]> {
  return (await reconcile(ledger.options)).drift
}

test.concurrent('a ledger that holds says so, with every partition and day', async () => {
  await using ledger = await openSmallLedger()
  expect(await reconcile(ledger.options)).toEqual({
    ok: true,
    partitions: [account],
    days: [day(DAY, 3, 3), day(NEXT_DAY, 1, 1)],
    drift: [],
  })
  expect(await repair(ledger.options)).toMatchObject(nothingToDo)
})

test.concurrent('a system that has done nothing holds', async () => {
  await using ledger = await openLedger({ partitions: 2 })
  expect(await reconcile(ledger.options)).toEqual({ ok: true, partitions: [], days: [], drift: [] })
})

test.concurrent('what is being written beyond the committed offset is not judged', async () => {
  await using ledger = await openSmallLedger()
  await ledger.commit(6, { metadata: pendingMetadata({ last: 20, window_offsets: 10, contract: 1 }) })
  await ledger.accept([onDay(), ledger.events[0]!], 7)
  await ledger.setAside(9)
  await ledger.setAside(9)
  await ledger.drop(onDay(), 11, 0)
  expect(await reconcile({ ...ledger.options, clock: withoutPauses })).toMatchObject({
    ok: true,
    partitions: [account],
    drift: [],
  })
})

test.concurrent('rows that the group has not committed are named, and no day is judged or mended by them', async () => {
  await using ledger = await openSmallLedger()
  await ledger.accept([onDay(), onDay()], 8)
  const uncommitted = { type: 'uncommitted_rows', partition: 0, rows: 2, first: 8, last: 9 }
  const days = [day(DAY, 3, 5, 'undecided'), day(NEXT_DAY, 1, 1)]
  expect(await reconcile(ledger.options)).toMatchObject({ partitions: [account], days, drift: [uncommitted] })
  expect(await repair(ledger.options)).toMatchObject({ ...nothingToDo, ledger: { drift: [uncommitted] } })
})

test.concurrent('offsets without an outcome are named as runs', async () => {
  await using ledger = await openSmallLedger()
  await ledger.accept([onDay()], 8)
  await ledger.accept([onDay()], 3_000_000)
  await ledger.commit(3_000_002)
  expect(await driftOf(ledger)).toEqual([
    {
      type: 'missing_offsets',
      partition: 0,
      offsets: 3_000_002 - 8,
      runs: [
        { first: 6, last: 7 },
        { first: 9, last: 2_999_999 },
        { first: 3_000_001, last: 3_000_001 },
      ],
      truncated: false,
    },
  ])
})

test.concurrent('the first offsets that Kafka holds must have an outcome too', async () => {
  await using ledger = await openLedger()
  await ledger.accept([onDay()], 2)
  await ledger.commit(3)
  expect(await driftOf(ledger)).toMatchObject([{ type: 'missing_offsets', runs: [{ first: 0, last: 1 }] }])
})

test.concurrent('an offset in two tables and one that is twice in the same table are named with their rows', async () => {
  await using ledger = await openSmallLedger()
  await ledger.setAside(2)
  await ledger.setAside(5)
  expect(await driftOf(ledger)).toEqual([
    {
      type: 'overlapping_offsets',
      partition: 0,
      rowsTooMany: 2,
      runs: [
        { first: 2, last: 2, accepted: 1, duplicates: 0, deadLetters: 1 },
        { first: 5, last: 5, accepted: 0, duplicates: 0, deadLetters: 2 },
      ],
      truncated: false,
    },
  ])
})

test.concurrent('one offset too many does not hide one too few', async () => {
  await using ledger = await openSmallLedger()
  await ledger.sql('DELETE FROM dead_letters WHERE kafka_offset = 5')
  await ledger.setAside(0)
  expect(await driftOf(ledger)).toMatchObject([
    { type: 'missing_offsets', runs: [{ first: 5, last: 5 }] },
    { type: 'overlapping_offsets', runs: [{ first: 0, last: 0 }] },
  ])
})

test.concurrent('rows of a partition for which the group has committed nothing are named', async () => {
  await using ledger = await openLedger({ partitions: 2 })
  await ledger.accept([onDay(), onDay()], 3, 1)
  expect(await driftOf(ledger)).toContainEqual({ type: 'uncommitted_rows', partition: 1, rows: 2, first: 3, last: 4 })
})

test.concurrent('a duplicate of an event that nobody accepted is named, wherever the others point to', async () => {
  await using ledger = await openSmallLedger()
  await ledger.drop(onDay(), 6, 1)
  await ledger.drop(ledger.events[0]!, 7, 3) // accepted, though elsewhere
  await ledger.commit(8)
  expect(await driftOf(ledger)).toEqual([{ type: 'orphaned_duplicates', partition: 0, offsets: [6], truncated: false }])
})

test.concurrent('days whose counts are too high or too low are named with the differences, mended once, and hold from then on', async () => {
  await using ledger = await openSmallLedger()
  await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
    VALUES ('${DAY}', 'login', 'web', 'CA', 'password', 2, 2), ('${NEXT_DAY}', 'refill', 'web', 'CA', 'password', -1, -3)`)
  const combination = { channel: 'web', region: 'CA', detail: 'password' }
  const tooHigh = { kind: 'login', ...combination, events: -2, quantity: -2 }
  const tooLow = { kind: 'refill', ...combination, events: 1, quantity: 3 }
  const found = await reconcile(ledger.options)
  expect(found.days).toEqual([day(DAY, 3, 5), day(NEXT_DAY, 1, 0)])
  expect(found.drift).toEqual([
    { type: 'day', day: DAY, raw: 3, daily: 5, differences: [tooHigh], truncated: false },
    { type: 'day', day: NEXT_DAY, raw: 1, daily: 0, differences: [tooLow], truncated: false },
  ])

  const both = await Promise.all([repair(ledger.options), repair(ledger.options)])
  for (const { ledger: after } of both) expect(after).toMatchObject({ ok: true, drift: [] })
  expect(await repair(ledger.options)).toMatchObject(nothingToDo)
})

test.concurrent('counts that were exchanged between combinations of a day are found, although its sums are right', async () => {
  await using ledger = await openSmallLedger()
  await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
    VALUES ('${DAY}', 'login', 'web', 'CA', 'password', -1, -1), ('${DAY}', 'login', 'web', 'VA', 'password', 1, 1)`)
  expect(await driftOf(ledger)).toMatchObject([
    { type: 'day', raw: 3, daily: 3, differences: [{ region: 'CA' }, { region: 'VA' }] },
  ])
  expect(await repair(ledger.options)).toMatchObject({ compensatedDays: [DAY], ledger: { ok: true } })
})

test.concurrent('the same drift is mended each time that it comes back', async () => {
  await using ledger = await openSmallLedger()
  for (let time = 1; time <= 3; time++) {
    await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
      SELECT '${DAY}', 'login', 'web', 'CA', 'password', 1, 1 SETTINGS insert_deduplication_token = '${randomUUID()}'`)
    expect(await repair(ledger.options)).toMatchObject({ compensatedDays: [DAY], ledger: { ok: true } })
  }
})

test.concurrent('a day that the view has missed gets its counts and its members back', async () => {
  await using ledger = await openSmallLedger()
  await ledger.sql(`DELETE FROM daily_counts WHERE day = '${DAY}'`)
  expect(await repair(ledger.options)).toMatchObject({ compensatedDays: [DAY], ledger: { ok: true } })
  const members = `(SELECT uniqCombined64Merge(14)(members) FROM daily_counts WHERE day = '${DAY}')`
  expect(await ledger.count(members)).toBe(3)
})

test.concurrent('an event accepted twice, however far apart, keeps its first place and is counted once', async () => {
  await using ledger = await openLedger({ partitions: 2 })
  const [repeated, other] = [onDay(), onDay()]
  await ledger.accept([repeated, other], 0)
  await ledger.accept([onDay(), repeated], 2)
  await ledger.accept([onNextDay(), repeated, sampleInteraction({ id: other.id, source: '/portal/other' })], 0, 1)
  await ledger.commit(4)
  await ledger.commit(3, { partition: 1 })
  const repeats = [
    { partition: 0, offset: 3 },
    { partition: 1, offset: 1 },
  ]
  expect(await driftOf(ledger)).toEqual([
    {
      type: 'repeated_events',
      rowsTooMany: 2,
      events: [{ first: { partition: 0, offset: 0 }, repeats }],
      truncated: false,
    },
  ])

  const both = await Promise.all([repair(ledger.options), repair(ledger.options)])
  for (const mended of both) expect(mended.ledger).toMatchObject({ ok: true, drift: [] })
  const { partitions, days } = await reconcile(ledger.options)
  expect(partitions).toMatchObject([
    { consumed: 4, accepted: 3, duplicates: 1 },
    { consumed: 3, accepted: 2, duplicates: 1 },
  ])
  expect(days).toEqual([day(DAY, 4, 4), day(NEXT_DAY, 1, 1)])
  expect(await repair(ledger.options)).toMatchObject(nothingToDo)
})

test.concurrent('a repeat that is not settled yet is left alone', async () => {
  await using ledger = await openSmallLedger()
  await ledger.accept([ledger.events[0]!], 6)
  expect(await driftOf(ledger)).toMatchObject([{ type: 'uncommitted_rows' }])
  await ledger.commit(7)
  expect(await driftOf(ledger)).toMatchObject([{ type: 'repeated_events' }])
})

test.concurrent('a repair goes on until no repeat is left, however many there are', async () => {
  await using ledger = await openLedger()
  const events = Array.from({ length: 20 }, () => onDay())
  await ledger.accept(events, 0)
  await ledger.accept(events, 20)
  await ledger.commit(40)
  const options = { ...ledger.options, repeated_max: 3 }
  expect(await repair(options)).toMatchObject({ removed: 20, compensatedDays: [DAY], ledger: { ok: true } })
  expect(await repair(options)).toMatchObject(nothingToDo)
})

test.concurrent('a repeat stays until its row of duplicates is there, although the server has forgotten one', async () => {
  await using ledger = await openSmallLedger()
  const [repeated] = ledger.events
  await ledger.accept([repeated!], 6)
  await ledger.commit(7)
  // the state after a kill between the noting of the token and the commit of the part
  await ledger.drop(repeated!, 6, 0, 'repair|0|6')
  await ledger.sql('DELETE FROM duplicates WHERE kafka_offset = 6')
  expect(await repair(ledger.options)).toMatchObject({ removed: 1, compensatedDays: [DAY], ledger: { ok: true } })
  expect(await ledger.count('(SELECT count() FROM duplicates WHERE kafka_offset = 6)')).toBe(1)
})

test.concurrent('a repair that broke off between its steps is finished by the next one', async () => {
  await using ledger = await openSmallLedger()
  await ledger.accept([ledger.events[0]!], 6)
  await ledger.commit(7)
  await ledger.drop(ledger.events[0]!, 6, 0) // under a token that has been forgotten since
  expect(await driftOf(ledger)).toMatchObject([{ type: 'overlapping_offsets' }, { type: 'repeated_events' }])
  expect(await repair(ledger.options)).toMatchObject({ removed: 1, compensatedDays: [DAY], ledger: { ok: true } })

  await ledger.accept([ledger.events[0]!], 7)
  await ledger.commit(8)
  await ledger.drop(ledger.events[0]!, 7, 0)
  await ledger.sql('DELETE FROM events WHERE kafka_offset = 7')
  expect(await driftOf(ledger)).toMatchObject([{ type: 'day', day: DAY, raw: 3, daily: 4 }])
  expect(await repair(ledger.options)).toMatchObject({ removed: 0, compensatedDays: [DAY], ledger: { ok: true } })
})

test.concurrent('a repair while events flow in mends what was wrong and nothing of what comes', async () => {
  await using ledger = await openSmallLedger()
  await ledger.accept([ledger.events[0]!], 6)
  await ledger.commit(7)
  await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
    VALUES ('${DAY}', 'login', 'web', 'CA', 'password', -5, -5)`)
  let next = 7
  const repaired = new AbortController()
  const consume = async () => {
    for (; !repaired.signal.aborted; next += 2) {
      await ledger.commit(next, { metadata: pendingMetadata({ last: next + 1, window_offsets: 10, contract: 1 }) })
      await ledger.accept([next % 10 === 1 ? onDay() : onNextDay(), onNextDay()], next)
      await ledger.commit(next + 2)
    }
  }
  const repairing = repair(ledger.options).finally(() => repaired.abort())
  const [{ removed, compensatedDays }] = await Promise.all([repairing, consume()])
  expect({ removed, compensatedDays }).toEqual({ removed: 1, compensatedDays: [DAY] })
  expect(next).toBeGreaterThan(9)
  const { ok, partitions } = await reconcile(ledger.options)
  expect(ok).toBe(true)
  expect(partitions).toMatchObject([{ consumed: next, accepted: next - 3, duplicates: 2, deadLetters: 1 }])
}, 180_000)

test.concurrent('a final annual figure that its days contradict is named', async () => {
  await using ledger = await openSmallLedger()
  await ledger.sql(`INSERT INTO annual_summaries (year, metric, version, value, per_day, days, days_in_year, status, revision)
    VALUES (2016, 'logins', 1, 4, 0, 366, 366, 'final', 1), (2016, 'logins', 1, 3, 0, 366, 366, 'final', 2),
      (2016, 'prescriptions_refilled', 1, 5, 0, 366, 366, 'final', 1), (2016, 'digital_interactions', 1, 9, 0, 2, 366, 'partial', 1)`)
  expect(await driftOf(ledger)).toEqual([
    { type: 'annual', year: 2016, metric: 'prescriptions_refilled', version: 1, published: 5, counted: 3 },
  ])
})

test.concurrent('more rows than fit into the memory are looked through in passes, and none is lost between them', async () => {
  await using ledger = await openLedger()
  await ledger.sql(`INSERT INTO events (id, source, time, kind, subject, channel, region, detail, quantity, kafka_partition, kafka_offset)
    SELECT reinterpretAsUUID(intHash64(number % 99990)), '/portal/web', toDateTime64('2016-02-29 20:00:00', 3, 'UTC'), 'login',
      toFixedString('', 16), 'web', 'CA', 'sso', 1, 0, number FROM numbers(100000)`)
  await ledger.commit(100_000)
  const { drift } = await reconcile({ ...ledger.options, memory_bytes_max: 30_000_000 })
  expect(drift).toMatchObject([{ type: 'repeated_events', rowsTooMany: 10 }])
  const few = await reconcile({ ...ledger.options, memory_bytes_max: 1_500_000 }).catch((error: unknown) => error)
  expect(few).toMatchObject({ code: 'clickhouse_refused' })
})

test.concurrent('without a still moment the days that differ stay undecided, and that is no drift', async () => {
  await using ledger = await openSmallLedger()
  const metadata = pendingMetadata({ last: 7, window_offsets: 10, contract: 1 })
  await ledger.commit(6, { metadata })
  await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
    VALUES ('${NEXT_DAY}', 'login', 'web', 'CA', 'password', 1, 1)`)
  const { ok, days, drift } = await reconcile({
    ...ledger.options,
    clock: withoutPauses,
  })
  expect({ ok, drift }).toEqual({ ok: false, drift: [] })
  expect(days).toEqual([day(DAY, 3, 3), day(NEXT_DAY, 1, 2, 'undecided')])
})

async function run(args: string, env: Record<string, string>) {
  const written = { stdout: '', stderr: '' }
  const status = await runReconcile(args === '' ? [] : args.split(' '), {
    env,
    clock: systemClock,
    signal: new AbortController().signal,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  })
  return { status, ...written }
}

test.concurrent('the command exits with 0, 1 or 2, and tells the same as a table and as JSON', async () => {
  await using ledger = await openSmallLedger()
  const holds = await run('', ledger.env)
  expect(holds).toMatchObject({ status: 0, stdout: expect.stringContaining('The ledger holds.') })
  expect(holds.stdout).toContain('        0  0–5             6         4           1             1\n')

  await ledger.commit(9)
  const drifts = await run('--format json', ledger.env)
  expect(drifts.status).toBe(1)
  expect(JSON.parse(drifts.stdout)).toMatchObject({ ok: false, drift: [{ runs: [{ first: 6, last: 8 }] }] })
  const repaired = await run('--repair', ledger.env)
  expect(repaired).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/nothing to repair[^]*without an outcome: 6–8/),
  })
  expect(await runQuery(ledger.options.clickhouse, lastReconciliation, {})).toMatchObject([
    { verdict: 'drift', drifts: 1, accepted: 4 },
  ])

  for (const env of [{ CLICKHOUSE_URL: 'http://127.0.0.1:9' }, { KAFKA_TOPIC: 'test.absent' }, { KAFKA_BROKERS: '' }]) {
    const blind = await run('', { ...ledger.env, ...env })
    expect(blind).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^caretally: [^\n]+\n$/) })
  }
  for (const args of ['--memory-mb 1', '--format xml', '--nothing']) {
    expect(await run(args, ledger.env)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^caretally: [^\n]+\n$/),
    })
  }
  expect(await run('--help', {})).toMatchObject({ status: 0, stdout: expect.stringContaining('--memory-mb') })
})
