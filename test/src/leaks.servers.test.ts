import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type ClickHouseClient, migrate, openClickHouse } from '@caretally/clickhouse'
import { encodeEvent, type InteractionEvent } from '@caretally/events'
import { choosePort, startClickHouse, startKafka } from '@caretally/infra'
import { createKafka, ensureTopic, kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import { createLogger, LOG_EVENTS, readConfig } from '@caretally/runtime'
import kafkajs, { type Message } from 'kafkajs'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { makeCertificate } from './broker-certificate.ts'
import { findLeaks } from './leaks.ts'
import { runToEnd } from './run-program.ts'
import { someLetter } from './some-letter.ts'
import { loginOf } from './some-login.ts'
import { startWatched } from './watched-program.ts'
import {
  CONSUMER,
  DASHBOARD,
  DEAD_LETTERS,
  FORGET,
  MIGRATE,
  PRODUCERS,
  REALIGN,
  RECONCILE,
  REPORT,
} from './programs.ts'

const WAIT = { timeout: 60_000, interval: 100 }
const USERNAME = 'caretally'
const TOPIC = 'portal.interactions'

/** Everything that may not be in any line, by what it is. */
const secrets = new Map<string, string>()

/** A new secret of visible characters, which is remembered. */
function secret(name: string): string {
  const text = `${name.replaceAll(' ', '-')}-${randomBytes(18).toString('base64url')}`
  secrets.set(name, text)
  return text
}

function pseudonym(name: string): string {
  const subject = randomBytes(16).toString('hex')
  secrets.set(name, subject)
  return subject
}

/** Servers of this test's own, with TLS and passwords. */
async function startSecureServers() {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-leaks-'))
  const user = { username: USERNAME, password: secret('password of Kafka') }
  const keystore = { file: path.join(directory, 'broker.p12'), password: 'of-the-keystore' }
  const caFile = await makeCertificate(keystore)
  const kafka = await startKafka({ directory: path.join(directory, 'kafka'), security: { keystore, users: [user] } })
  const clickhouse = await startClickHouse({ directory: path.join(directory, 'clickhouse') })
  secrets.set('password of ClickHouse', clickhouse.password)
  for (const [name, user] of Object.entries(clickhouse.users)) secrets.set(`password of ${name}`, user.password)
  const { url, username, password } = clickhouse
  const env = {
    KAFKA_BROKERS: kafka.nodes[0]?.secureAddress ?? '',
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: caFile,
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: user.username,
    KAFKA_SASL_PASSWORD: user.password,
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    MEMBER_PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'debug',
  }
  secrets.set('key of the pseudonyms', env.MEMBER_PSEUDONYM_KEY)
  return {
    directory,
    clickhouse,
    env,
    async [Symbol.asyncDispose]() {
      await kafka.stop()
      await clickhouse.stop()
      await rm(directory, { recursive: true })
    },
  }
}

function eventOf(subject: string, change: Partial<InteractionEvent> = {}): InteractionEvent {
  const id = randomUUID()
  secrets.set(`id of the event of ${subject}`, id)
  return { ...loginOf(subject), id, ...change } as InteractionEvent
}

/** What ClickHouse refuses, quoting the row, once `refuseHawaii` is done. */
const HAWAII = { data: { channel: 'web', region: 'HI', method: 'password' } } as const

async function refuseHawaii(database: ClickHouseClient): Promise<void> {
  await database.command({ query: `ALTER TABLE events ADD CONSTRAINT no_hawaii CHECK region != 'HI'` })
}

/** Good events, bad ones and hostile ones; each has something in it that must not come out. */
function poison(): Message[] {
  const repeated = encodeEvent(eventOf(pseudonym('pseudonym of a repeated event')))
  const json = (fields: object) => Buffer.from(JSON.stringify(fields))
  const altered = (name: string, change: object) => json({ ...eventOf(pseudonym(`pseudonym of ${name}`)), ...change })
  const line = `\n{"level":"fatal","event":"program_failed","msg":"${secret('line')}"}\n`
  const values: (Buffer | null)[] = [
    encodeEvent(eventOf(pseudonym('pseudonym of a good event'))),
    repeated,
    repeated,
    encodeEvent(eventOf(pseudonym('pseudonym of an event with a source'), { source: `/${secret('source')}` })),
    encodeEvent(eventOf(pseudonym('pseudonym of an event that ClickHouse refuses'), HAWAII)),
    null,
    Buffer.from(`{"subject":"${secret('invalid JSON')}"`),
    Buffer.from(secret('no JSON')),
    Buffer.from(line),
    Buffer.concat([Buffer.from([0xc3, 0x28]), Buffer.from(secret('invalid UTF-8'))]),
    Buffer.from(`${'['.repeat(1_000)}"${secret('deep')}"`),
    Buffer.from(`"${secret('huge')}${'x'.repeat(800_000)}"`),
    json({ hello: secret('no CloudEvent') }),
    json({ [secret('name of a field')]: 1, __proto__: null }),
    altered('an unknown type', { type: `org.caretally.${secret('type')}.v1` }),
    altered('an unknown field', { [secret('field')]: secret('free text') }),
    altered('a wrong subject', { subject: secret('member id') }),
    altered('a subject in capitals', { subject: pseudonym('pseudonym in capitals').toUpperCase() }),
    altered('a wrong id', { id: secret('wrong id') }),
    altered('a wrong time', { time: secret('time') }),
    altered('an early time', { time: '1999-12-31T23:59:59Z' }),
    altered('wrong types', { data: { channel: [secret('channel')], region: { a: secret('region') }, method: 7 } }),
    altered('hostile data', { data: { channel: `${secret('quoted')}'); DROP TABLE events; --`, region: 'CA' } }),
  ]
  return values.map((value) => ({
    partition: 0, // a repeated event is found in its own partition only
    value,
    key: secret(`key ${secrets.size}`),
    headers: { [secret(`header ${secrets.size}`)]: secret(`value of header ${secrets.size}`), line },
  }))
}

async function countRows(database: ClickHouseClient, table: string): Promise<number> {
  const response = await database.query({ query: `SELECT count() AS rows FROM ${table}`, format: 'JSONEachRow' })
  const [row] = await response.json<{ rows: string }>()
  return Number(row?.rows)
}

/** What the live producers and the replay have made up is secret too. */
async function rememberEvents(database: ClickHouseClient): Promise<void> {
  const response = await database.query({
    query: 'SELECT DISTINCT subject FROM (SELECT lower(hex(subject)) AS subject FROM events LIMIT 2000)',
    format: 'JSONEachRow',
  })
  for (const { subject } of await response.json<{ subject: string }>()) secrets.set(`pseudonym ${subject}`, subject)
}

test('no payload, pseudonym, password or token is in any line of any program, nor in the metrics or the access record', async () => {
  await using servers = await startSecureServers()
  const { directory, clickhouse, env } = servers
  await using database = openClickHouse({ ...clickhouse, database: 'caretally' })
  const said: string[] = []
  const run = async (program: string, args: string[], change: Record<string, string> = {}) => {
    const { status, stdout, stderr } = await runToEnd(program, args, { ...env, ...change })
    said.push(stdout, stderr)
    return status
  }

  await migrate({ client: database, database: 'caretally', timeZone: 'America/Los_Angeles' })
  await refuseHawaii(database)
  const logger = createLogger({ name: 'test', level: 'silent' })
  const connection = kafkaConnectionFrom(readConfig(z.object(kafkaEnvironment), env))
  const kafka = createKafka({ ...connection, clientId: 'caretally-test', logger })
  const admin = kafka.admin()
  await admin.connect()
  await ensureTopic(admin, {
    topic: TOPIC,
    partitions: 2,
    replicationFactor: 1,
    minInsyncReplicas: 1,
    retention_ms: 3_600_000,
  })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  const send = (messages: Message[]) =>
    producer.send({ topic: TOPIC, compression: kafkajs.CompressionTypes.LZ4, messages })

  // who is at work
  const port = await choosePort(undefined, 'DASHBOARD_PORT')
  const token = secret('token of the dashboard')
  const accessRecordFile = path.join(directory, 'access.jsonl')
  await using consumer = await startWatched(CONSUMER, ['--workers', '2'], env)
  await using live = await startWatched(PRODUCERS, ['live', '--rate', '50'], env)
  await using dashboard = await startWatched(DASHBOARD, [], {
    ...env,
    DASHBOARD_PORT: String(port),
    DASHBOARD_TOKEN: token,
    ACCESS_RECORD_FILE: accessRecordFile,
  })
  const programs = [consumer, live, dashboard]
  for (const program of programs) await expect.poll(() => program.get('/readyz'), WAIT).toBe('200 ok\n')
  const messages = poison()
  await send(messages)
  await expect.poll(() => countRows(database, 'dead_letters'), WAIT).toBeGreaterThan(15)
  await expect.poll(() => countRows(database, 'duplicates'), WAIT).toBe(1)
  expect(await run(PRODUCERS, ['replay', '--from', '2016-02-01', '--to', '2016-02-02', '--scale', '5000'])).toBe(0)

  // who looks after it
  const member = secret('member to be erased')
  for (const [program, args, status] of [
    [MIGRATE, [], 0],
    [REPORT, ['annual', '--years', '2016'], 0],
    [REPORT, ['members', '--from', '2016-02-01', '--to', '2016-02-02', '--exact'], 0],
    [DEAD_LETTERS, ['list'], 0],
    [DEAD_LETTERS, ['show', await someLetter(database)], 0],
    [DEAD_LETTERS, ['replay'], 0],
    [FORGET, ['--member', member], 0],
    [RECONCILE, [], 0],
    [REALIGN, [], 1],
  ] satisfies [string, string[], number][]) {
    expect([program, await run(program, args)]).toEqual([program, status])
  }

  // who has not the right one
  const wrongs = {
    CLICKHOUSE_PASSWORD: secret('wrong password of ClickHouse'),
    KAFKA_SASL_PASSWORD: secret('wrong password of Kafka'),
    MEMBER_PSEUDONYM_KEY: secret('wrong key of the pseudonyms'),
    DASHBOARD_TOKEN: 'short-token',
  }
  secrets.set('short token', wrongs.DASHBOARD_TOKEN)
  const attempts: [program: string, args: string[], wrong: keyof typeof wrongs][] = [
    [CONSUMER, [], 'CLICKHOUSE_PASSWORD'],
    [CONSUMER, [], 'KAFKA_SASL_PASSWORD'],
    [PRODUCERS, ['live'], 'KAFKA_SASL_PASSWORD'],
    [PRODUCERS, ['replay'], 'MEMBER_PSEUDONYM_KEY'],
    [DASHBOARD, [], 'CLICKHOUSE_PASSWORD'],
    [DASHBOARD, [], 'DASHBOARD_TOKEN'],
    [MIGRATE, [], 'CLICKHOUSE_PASSWORD'],
    [RECONCILE, [], 'KAFKA_SASL_PASSWORD'],
  ]
  for (const [program, args, wrong] of attempts) {
    const status = await run(program, args, { [wrong]: wrongs[wrong], ACCESS_RECORD_FILE: accessRecordFile })
    expect([program, wrong, status === 0]).toEqual([program, wrong, false])
  }
  const ask = (route: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${route}`, { redirect: 'manual', ...init })
  const authorization = `Bearer ${token}`
  const statuses: number[] = []
  for (const [route, init] of [
    ['/api/annual', { headers: { authorization: `Bearer ${secret('wrong token')}` } }],
    ['/api/annual', { headers: { cookie: `caretally_session=${secret('wrong cookie')}` } }],
    ['/login', { method: 'POST', body: new URLSearchParams({ token: secret('wrong login') }) }],
    [`/api/annual?token=${token}`, {}],
    [`/api/${token}`, { headers: { authorization } }],
    [`/api/daily?from=${encodeURIComponent(`${token}'`)}`, { headers: { authorization } }],
    ['/api/annual?years=2016', { headers: { authorization } }],
    ['/api/pipeline', { headers: { authorization } }],
  ] satisfies [string, RequestInit][]) {
    statuses.push((await ask(route, init)).status)
  }
  expect(statuses).toEqual([401, 401, 303, 401, 404, 400, 200, 200])
  const login = await ask('/login', { method: 'POST', body: new URLSearchParams({ token }) })
  secrets.set('cookie', /caretally_session=([^;]+)/.exec(login.headers.get('set-cookie') ?? '')![1]!)

  // what fails on the way
  await rememberEvents(database)
  await clickhouse.kill()
  await send([{ key: secret('key in an outage'), value: encodeEvent(eventOf(pseudonym('pseudonym in an outage'))) }])
  await expect.poll(() => consumer.get('/readyz'), WAIT).toMatch(/^503 .* is tried again: clickhouse_unreachable\n$/)
  expect((await ask('/api/annual', { headers: { authorization } })).status).toBe(503)
  await clickhouse.start()
  for (const program of programs) await expect.poll(() => program.get('/readyz'), WAIT).toBe('200 ok\n')
  await producer.disconnect()
  await rememberEvents(database)
  for (const program of programs) said.push(await program.get('/metrics'))
  for (const program of programs) {
    program.child.kill('SIGTERM')
    const { status, stdout, stderr } = await program.ended
    expect(status).toBe(0)
    said.push(stdout, stderr)
  }
  said.push(await readFile(accessRecordFile, 'utf8'))
  said.push(await readFile(path.join(directory, 'clickhouse', 'clickhouse.log'), 'utf8'))

  const text = said.join('\n')
  expect(findLeaks(text, secrets)).toEqual([])

  // and that was not for want of something to say
  expect(secrets.size).toBeGreaterThan(200)
  const lines = text.split('\n').filter((line) => line.startsWith('{"level":'))
  const events = new Set(lines.map((line) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)).event))
  const known: readonly string[] = Object.values(LOG_EVENTS)
  expect([...events].filter((event) => !known.includes(event))).toEqual([])
  expect([...events]).toEqual(
    expect.arrayContaining([
      'metrics_served',
      'workers_started',
      'group_joined',
      'partition_loaded',
      'range_written',
      'events_refused',
      'attempt_failed',
      'query_failed',
      'program_failed',
      'consumer_stopped',
    ]),
  )
}, 180_000)
