import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'

import {
  type ClickHouseClient,
  countUncounted,
  countWritten,
  insertsUnderWay,
  openClickHouse,
  runQuery,
  uncountedEvents,
  writtenOffsets,
} from '@caretally/clickhouse'
import type { ClickHouseRole } from '@caretally/infra'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type OwnClickHouse, startOwnClickHouse } from './own-clickhouse.ts'
import { readLag } from './read-lag.ts'
import { root, runToEnd, startProgram } from './run-program.ts'
import { CONSUMER, DEAD_LETTERS, MIGRATE, PRODUCERS, RECONCILE, REPORT } from './programs.ts'

const FORGET = 'packages/ledger/dist/forget-main.js'

const DATABASE = 'caretally'
const CONSUMED_WITHIN_MS = 30_000

let own: OwnClickHouse
beforeAll(async () => {
  own = await startOwnClickHouse({ partitions: 1 })
})
afterAll(async () => {
  await own[Symbol.asyncDispose]()
})

function openAs(role: ClickHouseRole): ClickHouseClient {
  return openClickHouse({ url: own.server.url, ...own.server.users[role], database: DATABASE })
}

async function expectSuccess(program: string, args: readonly string[], role: ClickHouseRole): Promise<string> {
  const { status, stdout, stderr } = await runToEnd(program, args, own.envOf(role))
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' })
  return stdout
}

/** The consumer, until everything that is in the topic is accounted for. */
async function consumeAll(): Promise<void> {
  const consumer = startProgram(CONSUMER, ['--workers', '1'], own.envOf('consume'))
  await expect
    .poll(async () => ({ lag: await readLag(own.topic, own.topic.topic), stderr: consumer.output.stderr }), {
      timeout: CONSUMED_WITHIN_MS,
    })
    .toEqual({ lag: 0, stderr: '' })
  consumer.child.kill('SIGTERM')
  expect((await consumer.ended).status).toBe(0)
  expect(await expectSuccess(RECONCILE, [], 'operate')).toContain('The ledger holds.')
}

test('each user can do all of its work', { timeout: 180_000 }, async () => {
  await expectSuccess(MIGRATE, [], 'migrate')
  await expectSuccess(MIGRATE, [], 'migrate')

  await expectSuccess(PRODUCERS, ['live', '--rate', '50', '--seconds', '2'], 'consume')
  await consumeAll()
  const shorter = { EVENTS_RETENTION_MONTHS: '12', DEAD_LETTERS_RETENTION_DAYS: '30' }
  expect((await runToEnd(MIGRATE, [], { ...own.envOf('migrate'), ...shorter })).status).toBe(0)

  // the second consumer rebuilds what the first one knew; ClickHouse refuses some of its events
  await using migrator = openAs('migrate')
  await migrator.command({ query: "ALTER TABLE events ADD CONSTRAINT no_mobile CHECK channel != 'mobile'" })
  await expectSuccess(PRODUCERS, ['live', '--rate', '50', '--seconds', '2'], 'consume')
  await consumeAll()
  await migrator.command({ query: 'ALTER TABLE events DROP CONSTRAINT no_mobile' })

  // what the consumer asks and does when it is not known what became of an insert
  await using consumer = openAs('consume')
  const range = { partition: 0, from: 0, before: 1_000_000 }
  const days = { ...range, timeZone: 'America/Los_Angeles' }
  expect(await runQuery(consumer, insertsUnderWay, { token: 'token' })).toEqual([{ inserts: 0 }])
  expect(await runQuery(consumer, countWritten, { ...range, table: 'dead_letters' })).not.toEqual([{ offsets: 0 }])
  expect(await runQuery(consumer, writtenOffsets, { ...range, table: 'duplicates' })).toEqual([])
  expect(await runQuery(consumer, uncountedEvents, days)).toEqual([{ events: 0 }])
  await countUncounted(consumer, { ...days, token: 'token' })

  await expectSuccess(DEAD_LETTERS, ['list'], 'operate')
  await expectSuccess(DEAD_LETTERS, ['replay', '--limit', '1'], 'operate')
  await expectSuccess(DEAD_LETTERS, ['discard', '--reason', 'refused_by_database'], 'operate')
  await using developer = openClickHouse({ ...own.server, database: DATABASE })
  const query = 'SELECT lower(hex(subject)) AS subject FROM events ORDER BY kafka_offset DESC LIMIT 1'
  const [last] = await (await developer.query({ query, format: 'JSONEachRow' })).json<{ subject: string }>()
  expect(await expectSuccess(FORGET, ['--subject', last?.subject ?? ''], 'operate')).toMatch(/^Erased: [1-9]/)
  await consumeAll()

  await developer.command({ query: "INSERT INTO daily_counts (day, kind, events) VALUES ('2016-02-29', 'login', 7)" })
  await developer.command({
    query: `INSERT INTO events (id, source, time, kind, kafka_partition, kafka_offset)
      SELECT id, source, time, kind, 0, 0 FROM events WHERE kafka_offset > 0 LIMIT 1`,
  })
  expect((await runToEnd(RECONCILE, [], own.envOf('operate'))).status).toBe(1)
  const mended = await runToEnd(RECONCILE, ['--repair'], own.envOf('operate'))
  expect(mended.stdout).toContain('Repaired: ')
  expect(mended.stdout).toContain('2016-02-29')

  const year = String(new Date().getUTCFullYear())
  await expectSuccess(REPORT, ['annual', '--years', year, '--publish'], 'report')
  expect(await expectSuccess(REPORT, ['history', '--year', year], 'report')).toContain('digital_interactions')
  const all = ['--from', `${year}-01-01`, '--to', `${year}-12-31`]
  await expectSuccess(REPORT, ['daily', ...all, '--by', 'region,kind'], 'report')
  await expectSuccess(REPORT, ['members', ...all, '--by', 'month', '--by-region'], 'report')
  await expectSuccess(REPORT, ['members', ...all, '--exact'], 'operate')
})

/** What nobody but migrate may do, and what nobody at all may do. */
const NOBODY = [
  'SELECT * FROM system.users',
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1', 'system.one')",
  "SELECT * FROM s3('http://127.0.0.1/bucket/key', 'LineAsString')",
  "INSERT INTO FUNCTION file('caretally', 'LineAsString', 'a String') VALUES ('a')",
  'CREATE USER other',
  'GRANT SELECT ON *.* TO caretally_report',
  'CREATE DATABASE other ENGINE = Atomic',
  'CREATE FUNCTION other AS (x) -> x',
  'SYSTEM SHUTDOWN',
  'SYSTEM STOP MERGES events',
  'SELECT * FROM system.query_log',
]
const ONLY_MIGRATE = [
  'CREATE TABLE other (day Date) ENGINE = MergeTree ORDER BY day',
  'CREATE TABLE other (day Date) ENGINE = Null',
  'CREATE VIEW other AS SELECT 1',
  'ALTER TABLE events ADD COLUMN other UInt8',
  'ALTER TABLE events MODIFY TTL ingested_at + INTERVAL 1 SECOND',
  'DROP TABLE events',
  'DROP TABLE daily_counts',
  'DROP VIEW daily_counts_from_events',
  'TRUNCATE TABLE events',
  'DROP DATABASE caretally',
  'INSERT INTO schema_migrations (number) VALUES (99)',
]
const ONLY_MIGRATE_AND_OPERATE = [
  'DELETE FROM events WHERE kafka_offset = 0',
  'ALTER TABLE events DELETE WHERE kafka_offset = 0',
  'ALTER TABLE events DROP PARTITION 201602',
  'SELECT value FROM dead_letters',
  'INSERT INTO reconciliations (drifts) VALUES (0)',
]

const FORBIDDEN: Record<ClickHouseRole, readonly string[]> = {
  migrate: [
    ...NOBODY,
    'DELETE FROM events WHERE kafka_offset = 0',
    'ALTER TABLE events DELETE WHERE kafka_offset = 0',
    'ALTER TABLE events UPDATE quantity = 2 WHERE kafka_offset = 0',
    'ALTER TABLE events DROP PARTITION 201602',
    'ALTER TABLE daily_counts DELETE WHERE events = 0',
    'TRUNCATE TABLE events',
    'OPTIMIZE TABLE events FINAL',
  ],
  consume: [
    ...NOBODY,
    ...ONLY_MIGRATE,
    ...ONLY_MIGRATE_AND_OPERATE,
    'CREATE TABLE events_probe_other (day Date) ENGINE = MergeTree ORDER BY day',
    'INSERT INTO annual_summaries (year) VALUES (2016)',
    'SELECT id FROM duplicates',
    'DELETE FROM daily_counts WHERE events = 0',
    'OPTIMIZE TABLE events FINAL',
  ],
  report: [
    ...NOBODY,
    ...ONLY_MIGRATE,
    ...ONLY_MIGRATE_AND_OPERATE,
    'SELECT subject FROM events',
    'SELECT id FROM events',
    'SELECT count() FROM duplicates',
    'INSERT INTO events (kind) VALUES (1)',
    'INSERT INTO daily_counts (day) VALUES (today())',
    'INSERT INTO watermarks (kafka_partition) VALUES (0)',
    'DELETE FROM annual_summaries WHERE year = 2016',
    'ALTER TABLE annual_summaries UPDATE value = 0 WHERE year = 2016',
  ],
  operate: [
    ...NOBODY,
    ...ONLY_MIGRATE,
    'INSERT INTO events (kind) VALUES (1)',
    'INSERT INTO annual_summaries (year) VALUES (2016)',
    'INSERT INTO dead_letters (reason) VALUES (1)',
    'DELETE FROM daily_counts WHERE events = 0',
    'DELETE FROM reconciliations WHERE drifts > 0',
    'DELETE FROM erased_events WHERE true',
    'DELETE FROM erasures WHERE true',
    'DELETE FROM dead_letters WHERE true',
    'ALTER TABLE dead_letters UPDATE reason = 1 WHERE true',
    'ALTER TABLE events UPDATE quantity = 2 WHERE kafka_offset = 0',
  ],
  dashboard: [
    ...NOBODY,
    ...ONLY_MIGRATE,
    ...ONLY_MIGRATE_AND_OPERATE,
    'INSERT INTO annual_summaries (year) VALUES (1)',
  ],
}

test.each(Object.keys(FORBIDDEN) as ClickHouseRole[])('%s can do nothing else', async (role) => {
  await expectSuccess(MIGRATE, [], 'migrate')
  await using client = openAs(role)
  const allowed = []
  for (const query of FORBIDDEN[role]) {
    const outcome = await client.command({ query }).then(
      () => 'allowed',
      (error: { type?: string; message?: string }) => `${error.type} ${error.message}`,
    )
    // a read-only user is told so; what is not there at all cannot be read either
    if (!/^(ACCESS_DENIED|READONLY) |^UNKNOWN_TABLE .*query_log/s.test(outcome)) allowed.push([query, outcome])
  }
  expect(allowed).toEqual([])
})

test('a command that runs as the wrong user says so in one line', async () => {
  await expectSuccess(MIGRATE, [], 'migrate')
  await expectSuccess(PRODUCERS, ['live', '--rate', '5', '--seconds', '1'], 'consume') // for the consumer to find
  const exact = ['members', '--from', '2016-01-01', '--to', '2016-01-02', '--exact']
  for (const [program, args, role] of [
    [REPORT, exact, 'report'],
    [RECONCILE, [], 'report'],
    [CONSUMER, ['--workers', '1'], 'dashboard'],
  ] as const) {
    const { status, stderr } = await runToEnd(program, args, own.envOf(role))
    expect(stderr).toMatch(/^caretally: ClickHouse refused to [^\n]+; CLICKHOUSE_USER lacks the right; [^\n]+\n$/)
    expect(status).not.toBe(0)
  }
})

/** Of every user, the local one too. The hash of `secret`. */
const HASH_VARIABLES = ['LOCAL', 'MIGRATE', 'CONSUME', 'REPORT', 'OPERATE', 'DASHBOARD'].map(
  (role) => `CLICKHOUSE_${role}_PASSWORD_SHA256`,
)
const HASH = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'

test.each(HASH_VARIABLES)('without %s ClickHouse does not start: nobody gets in without a password', async (name) => {
  const data = await mkdtemp(path.join(own.directory, 'unset-'))
  const hashes = Object.fromEntries(HASH_VARIABLES.filter((other) => other !== name).map((other) => [other, HASH]))
  const child = spawn(
    process.execPath,
    [`${root}infra/dist/clickhouse-process.js`, `${root}infra/clickhouse/config.xml`, data, '127.0.0.1', '0'],
    { env: hashes, stdio: ['pipe', 'ignore', 'pipe'] },
  )
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)))
  await once(child, 'close') // by itself: its standard input is still open
  expect(stderr).toMatch(/length 0 but must be exactly 32 bytes: while parsing user 'caretally/)
})

test('a password is no hash of it, and the empty one is none', async () => {
  for (const { username } of Object.values(own.server.users)) {
    for (const password of ['', HASH]) {
      await using client = openClickHouse({ url: own.server.url, username, password, database: 'system' })
      await expect(client.command({ query: 'SELECT 1' })).rejects.toMatchObject({ type: 'AUTHENTICATION_FAILED' })
    }
  }
})
