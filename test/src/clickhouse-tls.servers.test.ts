// Only with INFRA=local: its certificates are made by the keytool of Java, which nobody needs with Docker

import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { checkConnection, clickhouseEnvironment, connectionFrom } from '@caretally/clickhouse'
import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { createTestTopic } from '@caretally/kafka/testing'
import { type Environment, readConfig, toLine } from '@caretally/runtime'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { z } from 'zod'

import { makeCertificate } from './broker-certificate.ts'
import { acknowledgedEvents, provenEvents } from './proven-events.ts'
import { runToEnd, startProgram } from './run-program.ts'
import { openTlsFront, type TlsFront } from './tls-front.ts'
import { CONSUMER, MIGRATE, PRODUCERS, REPORT } from './programs.ts'

const REFUSED_WITHIN_MS = 10_000
const DAY_MS = 86_400_000
const directory = mkdtempSync(path.join(tmpdir(), 'caretally-tls-'))
/** Of another authority. */
const OTHER = path.join(directory, 'other')

let database: TestDatabase
let topic: Awaited<ReturnType<typeof createTestTopic>>
let front: TlsFront
/** Of a program that gets in; its secrets are in files. */
let env: Record<string, string>

beforeAll(async () => {
  const keystore = { file: path.join(directory, 'clickhouse.p12'), password: 'of-the-keystore' }
  await mkdir(OTHER)
  const [caFile] = await Promise.all([
    makeCertificate(keystore),
    makeCertificate({ ...keystore, file: path.join(OTHER, 'clickhouse.p12') }),
  ])
  database = await createTestDatabase({ migrated: false })
  topic = await createTestTopic({ partitions: 2 })
  const { url, username, password } = database.connection
  front = await openTlsFront(keystore, new URL(url))
  const passwordFile = path.join(directory, 'password')
  const keyFile = path.join(directory, 'key')
  await writeFile(passwordFile, `${password}\n`)
  await writeFile(keyFile, '00'.repeat(32))
  env = {
    KAFKA_BROKERS: inject('kafka').brokers.join(','),
    KAFKA_TOPIC: topic.topic,
    KAFKA_GROUP: topic.topic,
    CLICKHOUSE_URL: `https://127.0.0.1:${front.port}`,
    CLICKHOUSE_TLS_CA_FILE: caFile,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD_FILE: passwordFile,
    CLICKHOUSE_DATABASE: database.database,
    MEMBER_PSEUDONYM_KEY_FILE: keyFile,
  }
})

afterAll(async () => {
  await front[Symbol.asyncDispose]()
  await topic[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

test('every program gets in by TLS, with its secrets in files, and each offset has its outcome', async () => {
  const run = async (program: string, args: string[] = []) => {
    const { status, stdout, stderr } = await runToEnd(program, args, env)
    expect([status, stderr]).toEqual([0, expect.any(String)])
    return stdout
  }
  await run(MIGRATE)
  const published = await run(PRODUCERS, ['live', '--rate', '20', '--seconds', '1'])
  const events = acknowledgedEvents(published)
  expect(events).toBeGreaterThan(0)
  const consumer = startProgram(CONSUMER, ['--workers', '2'], env)
  await expect.poll(() => provenEvents(env), { timeout: 30_000 }).toBe(events)
  consumer.child.kill('SIGTERM')
  expect(await consumer.ended).toMatchObject({ status: 0 })
  const now = Date.now()
  const [from = '', to = ''] = [now - DAY_MS, now].map((time_ms) => new Date(time_ms).toISOString().slice(0, 10))
  const days = await run(REPORT, ['daily', '--from', from, '--to', to, '--format', 'json'])
  const counts = z.array(z.object({ events: z.number() })).parse(JSON.parse(days))
  expect(counts.reduce((total, day) => total + day.events, 0)).toBe(events)
})

const connectionOf = (change: Environment) =>
  connectionFrom(readConfig(z.object(clickhouseEnvironment), { ...env, ...change }))
const portOf = (address: string) => new URL(address).port

test.each<[string, () => Environment, string, RegExp]>([
  [
    'the certificate’s authority is not known',
    () => ({ CLICKHOUSE_TLS_CA_FILE: '' }),
    'clickhouse_untrusted',
    /CLICKHOUSE_TLS_CA_FILE/,
  ],
  [
    'another authority is trusted',
    () => ({ CLICKHOUSE_TLS_CA_FILE: path.join(OTHER, 'ca.pem') }),
    'clickhouse_untrusted',
    /CLICKHOUSE_TLS_CA_FILE/,
  ],
  [
    'the certificate is for another name',
    () => ({ CLICKHOUSE_URL: `https://localhost:${front.port}` }),
    'clickhouse_untrusted',
    /CLICKHOUSE_URL to a name in its own/,
  ],
  [
    'TLS is not used where it is wanted',
    () => ({ CLICKHOUSE_URL: `http://127.0.0.1:${front.port}`, CLICKHOUSE_TLS_CA_FILE: '' }),
    'clickhouse_unreachable',
    /may want TLS: CLICKHOUSE_URL may have to begin with https:/,
  ],
  [
    'TLS is used where it is not spoken',
    () => ({ CLICKHOUSE_URL: `https://127.0.0.1:${portOf(database.connection.url)}` }),
    'clickhouse_unreachable',
    /TLS does not come about there: CLICKHOUSE_URL may have to begin with http:/,
  ],
  [
    'the password is wrong',
    () => ({ CLICKHOUSE_PASSWORD: 'hunter2', CLICKHOUSE_PASSWORD_FILE: '' }),
    'clickhouse_wrong_password',
    /CLICKHOUSE_PASSWORD/,
  ],
])('one clear line, soon, when %s', async (_, change, code, hint) => {
  const start_ms = performance.now()
  const connection = connectionOf(change())
  const error = await checkConnection(connection).catch((error: unknown) => error)
  expect(error).toMatchObject({ code, message: expect.stringContaining(connection.url) })
  expect(toLine(error)).toMatch(new RegExp(`^[^\n]*; [^\n]*${hint.source}[^\n]*$`))
  expect(toLine(error)).not.toContain('hunter2')
  expect(performance.now() - start_ms).toBeLessThan(REFUSED_WITHIN_MS)
})

test('certificates are of use with https alone', () => {
  const read = () => connectionOf({ CLICKHOUSE_URL: database.connection.url })
  expect(read).toThrow('CLICKHOUSE_TLS_CA_FILE needs CLICKHOUSE_URL=https://…')
})
