import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { openClickHouse } from '@caretally/clickhouse'
import { type ClickHouse, type ClickHouseRole, startClickHouse } from '@caretally/infra'
import { createTestTopic } from '@caretally/kafka/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { sectionOf, statementsOf } from './operations-page.ts'
import { acknowledgedEvents, provenEvents } from './proven-events.ts'
import { kafkaVariables } from './program-environment.ts'
import { readLag } from './read-lag.ts'
import { root, runToEnd, startProgram } from './run-program.ts'

const CONSUMER = 'services/consumer/dist/main.js'
const MIGRATE = 'scripts/dist/migrate.js'
const PRODUCERS = 'services/producers/dist/main.js'
const REALIGN = 'packages/ledger/dist/realign-main.js'

const WAIT = { timeout: 30_000, interval: 100 }

/** A ClickHouse of its own: the grants name the database. */
let directory = ''
let server: ClickHouse
let topic: Awaited<ReturnType<typeof createTestTopic>>

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-restore-'))
  server = await startClickHouse({ directory })
  topic = await createTestTopic({ partitions: 3 })
})

afterAll(async () => {
  await topic[Symbol.asyncDispose]()
  await server.stop()
  await rm(directory, { recursive: true })
})

function envOf(role: ClickHouseRole): Record<string, string> {
  const { username, password } = server.users[role]
  return {
    ...kafkaVariables(topic),
    CLICKHOUSE_URL: server.url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
  }
}

async function execute(query: string, role: ClickHouseRole): Promise<void> {
  await using client = openClickHouse({ url: server.url, ...server.users[role], database: 'default' })
  await client.command({ query })
}

/** Publishes some events of now; returns how many. */
async function publish(): Promise<number> {
  const { status, stdout } = await runToEnd(PRODUCERS, ['live', '--rate', '200', '--seconds', '2'], envOf('consume'))
  expect(status).toBe(0)
  return acknowledgedEvents(stdout)
}

async function consumeAll(): Promise<void> {
  const consumer = startProgram(CONSUMER, ['--workers', '1'], envOf('consume'))
  await expect
    .poll(async () => ({ lag: await readLag(topic, topic.topic), stderr: consumer.output.stderr }), WAIT)
    .toEqual({ lag: 0, stderr: '' })
  consumer.child.kill('SIGTERM')
  expect((await consumer.ended).status).toBe(0)
}

test(
  'what was counted after a backup is counted again after its restore, by what the page on operations says',
  { timeout: 120_000 },
  async () => {
    const page = await readFile(`${root}docs/operations.md`, 'utf8')
    const section = sectionOf(page, 'Backup and restore')
    const [backup = ''] = statementsOf(section, 'BACKUP')
    const [restore = ''] = statementsOf(section, 'RESTORE')
    expect(await runToEnd(MIGRATE, [], envOf('migrate'))).toMatchObject({ status: 0 })
    const before = await publish()
    await consumeAll()
    await execute(backup, 'operate')
    const after = await publish()
    await consumeAll()
    expect(await provenEvents(envOf('operate'))).toBe(before + after)

    await using administrator = openClickHouse({ ...server, database: 'default' })
    await administrator.command({ query: 'DROP DATABASE caretally SYNC' })
    await execute(restore, 'migrate')
    const refused = await runToEnd(CONSUMER, ['--workers', '1'], envOf('consume'))
    expect(refused.status).toBe(1)
    expect(refused.stdout).toContain('"code":"rows_missing"')
    const realigned = await runToEnd(REALIGN, [], envOf('consume'))
    expect(realigned).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-3] of 3 partitions are set/m) })
    expect(await provenEvents(envOf('operate'))).toBe(before)

    await consumeAll()
    expect(await provenEvents(envOf('operate'))).toBe(before + after)
    expect(await runToEnd(MIGRATE, [], envOf('migrate'))).toMatchObject({ status: 0 })
  },
)
