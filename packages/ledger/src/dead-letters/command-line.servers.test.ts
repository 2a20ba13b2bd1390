import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { encodeEvent } from '@caretally/events'
import { countRecords, createTestTopic } from '@caretally/kafka/testing'
import { systemClock } from '@caretally/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { runDeadLetters } from './command-line.ts'
import { insertLetters, login, readStatuses, soundLetter } from './letters.test-support.ts'

let database: TestDatabase
let topic: Awaited<ReturnType<typeof createTestTopic>>
beforeAll(async () => {
  database = await createTestDatabase()
  topic = await createTestTopic({ partitions: 2 })
  const altered = (change: object) => Buffer.from(JSON.stringify({ ...login(), ...change }))
  await insertLetters(database.client, [
    soundLetter({ reason: 'retired_reason', value: encodeEvent(login()) }),
    // half past eleven in the evening in Los Angeles, and half past midnight
    soundLetter({
      reason: 'invalid_field',
      value: altered({ subject: 'x' }),
      appended_ms: Date.UTC(2016, 2, 1, 7, 30),
    }),
    soundLetter({
      reason: 'invalid_field',
      value: altered({ subject: 'x' }),
      appended_ms: Date.UTC(2016, 2, 1, 8, 30),
    }),
    soundLetter({ reason: 'invalid_field', value: altered({ source: 'Jane Doe, born 1970' }) }),
    soundLetter({ reason: 'invalid_field', value: altered({ source: `/${'x'.repeat(256)}` }) }),
    soundLetter({ reason: 'invalid_field', value: altered({ source: 5_551_234 }) }),
    soundLetter({
      reason: 'invalid_utf8',
      value: Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
      headers: [['a', Buffer.alloc(3)]],
    }),
    soundLetter({ reason: 'too_deep', value: Buffer.from('['.repeat(5_000)) }),
    soundLetter({ reason: 'tombstone', value: null, key: null }),
  ])
})
afterAll(async () => {
  await topic[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function run(args: string, env: Record<string, string> = {}) {
  const { url, username, password, database: name } = database.connection
  const written = { stdout: '', stderr: '' }
  const stream = (to: 'stdout' | 'stderr') => ({
    write: (content: string | Uint8Array) => (written[to] += Buffer.from(content).toString()),
  })
  const status = await runDeadLetters(args === '' ? [] : args.split(' '), {
    env: {
      CLICKHOUSE_URL: url,
      CLICKHOUSE_USER: username,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DATABASE: name,
      KAFKA_BROKERS: topic.brokers.join(','),
      KAFKA_TOPIC: topic.topic,
      ...env,
    },
    clock: systemClock,
    signal: new AbortController().signal,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  })
  return { status, ...written }
}

describe('help', () => {
  test('comes without a command, and says that what letters hold is health data', async () => {
    const help = await run('')
    expect(help).toEqual(await run('--help'))
    expect(help).toMatchObject({ status: 0, stderr: '' })
    expect(help.stdout).toContain('health data')
    expect((await run('show --help')).stdout).toContain('--raw')
  })
})

describe('list', () => {
  test('counts by reason, day in the reporting time zone, and a source that the contract allows', async () => {
    const { status, stdout } = await run('list --format json')
    expect(status).toBe(0)
    const row = { open: 1, replayed: 0, discarded: 0, day: '2016-06-01' }
    expect(JSON.parse(stdout)).toEqual([
      { ...row, reason: 'invalid_field', day: '2016-02-29', source: '/portal/test' },
      { ...row, reason: 'invalid_field', day: '2016-03-01', source: '/portal/test' },
      { ...row, reason: 'invalid_field', source: null, open: 3 },
      { ...row, reason: 'invalid_utf8', source: null },
      { ...row, reason: 'retired_reason', source: '/portal/test' },
      { ...row, reason: 'tombstone', source: null },
      { ...row, reason: 'too_deep', source: null },
    ])
  })

  test('shows a table and its sums, of one status where one is asked for', async () => {
    const all = await run('list')
    expect(all.stdout).toMatch(/^Reason +Arrived +Source +Open +Replayed +Discarded\n/)
    expect(all.stdout).toMatch(/\ninvalid_field +2016-02-29 +\/portal\/test +1 +0 +0\n/)
    expect(all.stdout).toMatch(/\n9 open, 0 replayed, 0 discarded\.\n$/)
    expect((await run('list --status open')).stdout).toMatch(/^Reason +Arrived +Source +Open\n[^]*\n9 open\.\n$/)
    expect((await run('list --status discarded')).stdout).toBe('There are no discarded dead letters.\n')
  })
})

describe('show', () => {
  test('tells all about a letter but what it holds', async () => {
    const { stdout } = await run('show 0:6 --format json')
    expect(JSON.parse(stdout)).toEqual({
      id: '0:6',
      status: 'open',
      reason: 'invalid_utf8',
      detail: '',
      appendedAt: '2016-06-01T12:00:00.000Z',
      ingestedAt: expect.stringMatching(/^20.*Z$/),
      keyBytes: 32,
      valueBytes: 4,
      headers: 1,
      headerBytes: 4,
      decisions: [],
    })
    expect((await run('show 0:8')).stdout).toMatch(/\nKey +none\nValue +none\nHeaders +none\n$/)
    expect((await run('show 0:3')).stdout).not.toContain('Doe')
  })

  test('writes the bytes only when asked, as they are or in hex', async () => {
    const text = await run('show 0:3 --raw')
    expect(JSON.parse(text.stdout)).toMatchObject({ source: 'Jane Doe, born 1970' })
    expect(text.stdout.endsWith('}')).toBe(true)
    expect(await run('show 0:6 --raw')).toMatchObject({ stdout: '7bc3287d\n', stderr: expect.stringContaining('hex') })
    expect(await run('show 0:8 --raw')).toMatchObject({ stdout: '', stderr: 'The record has no value.\n' })
  })
})

describe('what is wrong', () => {
  test.each([
    ['show 0:99', 'letter_unknown'],
    ['show 99', 'letter_id_invalid'],
    ['list --status shut', 'status_unknown'],
    ['list --format xml', 'format_unknown'],
    ['replay --reason no_such', 'reason_unknown'],
    ['replay --limit 0', 'limit_invalid'],
    ['discard --reason tombstone,no_such', 'reason_unknown'],
  ])('%s is refused by a code', async (args, code) => {
    await expect(run(args)).rejects.toMatchObject({ code })
  })

  test.each([
    ['discard', "caretally: required option '--reason <reasons>' not specified; --help shows the options\n"],
    ['bury', "caretally: unknown command 'bury'; --help shows the options\n"],
    ['show', "caretally: missing required argument 'id'; --help shows the options\n"],
  ])('%s is refused in one line', async (args, stderr) => {
    expect(await run(args)).toEqual({ status: 1, stdout: '', stderr })
  })

  test('a broker that is not there is named, and nothing is marked', async () => {
    await expect(run('replay', { KAFKA_BROKERS: '127.0.0.1:9' })).rejects.toMatchObject({ code: 'kafka_unreachable' })
    expect(new Set(Object.values(await readStatuses(database.client)))).toEqual(new Set(['open']))
  })

  test('days that are cut in another time zone are refused', async () => {
    const elsewhere = run('list', { REPORTING_TIME_ZONE: 'Europe/Zurich' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'time_zone_differs' })
  })
})

test('letters are replayed and discarded, and after that nothing is left of either', async () => {
  const stillBad = { invalid_field: 5, invalid_utf8: 1, too_deep: 1, tombstone: 1 }
  const summary = { published: 1, alreadyAccepted: 0, repeated: 0, stillBad }
  const dry = await run('replay --dry-run --format json', { KAFKA_BROKERS: '' })
  expect(JSON.parse(dry.stdout)).toEqual({ dryRun: true, ...summary })
  const done = await run('replay --reason retired_reason --format json')
  expect(JSON.parse(done.stdout)).toEqual({ dryRun: false, ...summary, stillBad: {} })
  expect(await run('replay')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ *0 {2}published again/m) })
  expect(await countRecords(topic)).toBe(1)

  expect((await run('discard --reason tombstone,too_deep --dry-run')).stdout).toBe(
    '2 dead letters would be discarded.\n',
  )
  expect((await run('discard --reason tombstone,too_deep')).stdout).toBe('2 dead letters discarded.\n')
  expect((await run('discard --reason tombstone,too_deep')).stdout).toBe('0 dead letters discarded.\n')
  expect((await run('list')).stdout).toMatch(/\n6 open, 1 replayed, 2 discarded\.\n$/)
  expect((await run('show 0:8')).stdout).toMatch(/\nMarked discarded +20.*Z\n$/)
})
