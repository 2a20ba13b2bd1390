// Only with INFRA=local: its certificates are made by the keytool of Java, which nobody needs with Docker

import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { createTestTopic } from '@caretally/kafka/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { z } from 'zod'

import { makeCertificate } from './broker-certificate.ts'
import { acknowledgedEvents, provenEvents } from './proven-events.ts'
import { runToEnd, startProgram } from './run-program.ts'
import { openTlsFront, type TlsFront } from './tls-front.ts'
import { connectionOf, expectRefusal, type TlsPlace, tlsRefusals } from './tls-refusals.ts'
import { CONSUMER, MIGRATE, PRODUCERS, REPORT } from './programs.ts'

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

const place = (): TlsPlace => ({
  url: `https://127.0.0.1:${front.port}`,
  caFile: env['CLICKHOUSE_TLS_CA_FILE']!,
  otherCaFile: path.join(OTHER, 'ca.pem'),
  plainUrl: database.connection.url,
})

test.each(tlsRefusals)('one clear line, soon, when %s', async (_, change, code, hint) => {
  await expectRefusal(change(place()), code, hint)
})

test('one clear line, soon, when the password is wrong', async () => {
  const { CLICKHOUSE_PASSWORD_FILE: _, ...rest } = env
  await expectRefusal(rest, 'clickhouse_wrong_password', /CLICKHOUSE_PASSWORD/)
})

test('certificates are of use with https alone', () => {
  const read = () => connectionOf({ ...env, CLICKHOUSE_URL: database.connection.url })
  expect(read).toThrow('CLICKHOUSE_TLS_CA_FILE needs CLICKHOUSE_URL=https://…')
})
