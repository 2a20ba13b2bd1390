import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { createTestTopic } from '@caretally/kafka/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { clickhouseVariables, kafkaVariables } from './program-environment.ts'
import { type Ended, runToEnd } from './run-program.ts'
import { CONSUMER, MIGRATE, PRODUCERS, RECONCILE, REPORT } from './programs.ts'

const UP = 'scripts/dist/up.js'

/** Nothing listens here: port 1 is reserved. */
const NOWHERE = '127.0.0.1:1'
const CLEAR_WITHIN_MS = 10_000
/** What was under way when it went wrong. */
const PROGRESS = /^caretally: (starting|making|replaying) /

/** One line on standard error that says `what`, a status that is not zero, and soon. */
function expectOneLine({ status, stderr, duration_ms }: Ended, what: RegExp): void {
  expect(stderr).toMatch(what)
  const lines = stderr.trimEnd().split('\n')
  expect(lines.filter((line) => !PROGRESS.test(line))).toHaveLength(1)
  expect(status).not.toBe(0)
  expect(duration_ms).toBeLessThan(CLEAR_WITHIN_MS)
}

describe('a program whose set-up is wrong ends at once with one clear line', () => {
  let topic: Awaited<ReturnType<typeof createTestTopic>>
  let database: TestDatabase
  let env: Record<string, string>

  beforeAll(async () => {
    topic = await createTestTopic({ partitions: 1 })
    database = await createTestDatabase()
    env = {
      ...kafkaVariables(topic),
      ...clickhouseVariables(database.connection),
      MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
    }
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await topic[Symbol.asyncDispose]()
  })

  test.each([CONSUMER, PRODUCERS, MIGRATE])('Kafka is not there: %s', async (program) => {
    const args = program === PRODUCERS ? ['replay'] : []
    const ended = await runToEnd(program, args, { ...env, KAFKA_BROKERS: NOWHERE })
    expectOneLine(ended, /no Kafka broker answers at 127\.0\.0\.1:1; .*npm run up/)
  })

  test.each([CONSUMER, REPORT, MIGRATE])('ClickHouse is not there: %s', async (program) => {
    const args = program === REPORT ? ['annual', '--years', '2016'] : []
    const ended = await runToEnd(program, args, { ...env, CLICKHOUSE_URL: `http://${NOWHERE}` })
    expectOneLine(ended, /ClickHouse could not be reached .*127\.0\.0\.1:1/)
  })

  test.each([CONSUMER, REPORT, MIGRATE])('the password is wrong: %s', async (program) => {
    const args = program === REPORT ? ['annual', '--years', '2016'] : []
    const ended = await runToEnd(program, args, { ...env, CLICKHOUSE_PASSWORD: 'not-the-password' })
    expectOneLine(ended, /AUTHENTICATION_FAILED.*check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD/)
    expect(ended.stderr).not.toContain('not-the-password')
  })

  test.each([CONSUMER, REPORT, MIGRATE])('the time zone is not that of the schema: %s', async (program) => {
    const args = program === REPORT ? ['annual', '--years', '2016'] : []
    const ended = await runToEnd(program, args, { ...env, REPORTING_TIME_ZONE: 'Europe/Berlin' })
    expectOneLine(ended, /America\/Los_Angeles.*Europe\/Berlin|Europe\/Berlin.*America\/Los_Angeles/)
  })

  test('the topic is not there', async () => {
    expectOneLine(
      await runToEnd(CONSUMER, [], { ...env, KAFKA_TOPIC: 'no.such.topic' }),
      /no topic no\.such\.topic; .*npm run migrate/,
    )
  })

  test('variables are missing or wrong: all are named, and no value is quoted', async () => {
    const ended = await runToEnd(CONSUMER, [], { KAFKA_BROKERS: 'secret host', CLICKHOUSE_URL: 'secret url' })
    expectOneLine(ended, /KAFKA_BROKERS: .*CLICKHOUSE_URL: .*CLICKHOUSE_PASSWORD is not set/)
    expect(ended.stderr).not.toContain('secret')
  })

  test('the metrics cannot be served where they should be', async () => {
    expectOneLine(await runToEnd(CONSUMER, [], { ...env, METRICS_PORT: 'http' }), /METRICS_PORT: must be a port/)
    const taken = new URL(env.CLICKHOUSE_URL ?? '').port
    expectOneLine(
      await runToEnd(CONSUMER, [], { ...env, METRICS_PORT: taken }),
      /metrics cannot be served at 127\.0\.0\.1:\d+; .*METRICS_PORT/,
    )
  })

  test.each([CONSUMER, PRODUCERS, MIGRATE, RECONCILE])('Kafka’s credentials are half given: %s', async (program) => {
    const args = program === PRODUCERS ? ['replay'] : []
    const half = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_PASSWORD: 'secret' }
    const ended = await runToEnd(program, args, { ...env, ...half })
    expectOneLine(ended, /KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME/)
    expect(ended.stderr).not.toContain('secret')
  })

  test.each([CONSUMER, PRODUCERS, MIGRATE, RECONCILE])('Kafka speaks no TLS: %s', async (program) => {
    const args = program === PRODUCERS ? ['replay'] : []
    const ended = await runToEnd(program, args, { ...env, KAFKA_TLS: 'true' })
    expectOneLine(ended, /no Kafka broker answers at .*KAFKA_TLS/)
  })

  test.each([
    [CONSUMER, []],
    [PRODUCERS, ['replay']],
    [REPORT, ['annual', '--years', '2016']],
    [MIGRATE, []],
    [UP, []],
    ['scripts/dist/down.js', []],
    ['scripts/dist/status.js', []],
    ['scripts/dist/demo.js', []],
  ])('an option is unknown: %s', async (program, args) => {
    const ended = await runToEnd(program, [...args, '--no-such-option'], env)
    expect(ended.stderr).toMatch(/unknown option '--no-such-option'/)
    expect(ended.status).not.toBe(0)
    expect(ended.duration_ms).toBeLessThan(CLEAR_WITHIN_MS)
  })
})

describe('a machine that lacks something is told what to install', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'caretally-path-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  /** A PATH with these programs and no others. */
  async function pathWith(programs: Record<string, string>): Promise<string> {
    const bin = await mkdtemp(path.join(directory, 'bin-'))
    await symlink('/bin/sh', path.join(bin, 'sh'))
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`)
      await chmod(path.join(bin, name), 0o755)
    }
    return bin
  }
  const javaThatSays = (version: string) => `echo 'openjdk version "${version}" 2022-01-01' >&2`

  test('no Java', async () => {
    const env = { PATH: await pathWith({}), INFRA: 'local' }
    expectOneLine(await runToEnd('scripts/dist/demo.js', [], env), /Java.*17/)
  })

  test('Java 11', async () => {
    const PATH = await pathWith({ java: javaThatSays('11.0.2') })
    expectOneLine(await runToEnd('scripts/dist/demo.js', [], { PATH, INFRA: 'local' }), /Java.*11.*17/)
  })

  test('servers that the command does not start', async () => {
    expectOneLine(await runToEnd(UP, [], { INFRA: 'containers' }), /INFRA is containers; docker-compose up/)
    expectOneLine(await runToEnd('scripts/dist/demo.js', [], { INFRA: 'external' }), /set INFRA to local or containers/)
    expectOneLine(await runToEnd(UP, [], { INFRA: 'docker' }), /set it to local, containers, external/)
  })
})
