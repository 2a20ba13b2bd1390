import { openClickHouse } from '@caretally/clickhouse'
import type { ClickHouseRole } from '@caretally/infra'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readOperationsPage, sectionOf, statementsOf } from './operations-page.ts'
import { acknowledgedEvents, provenEvents } from './proven-events.ts'
import { type OwnClickHouse, startOwnClickHouse } from './own-clickhouse.ts'
import { readLag } from './read-lag.ts'
import { runToEnd, startProgram } from './run-program.ts'
import { CONSUMER, MIGRATE, PRODUCERS, REALIGN } from './programs.ts'

const WAIT = { timeout: 30_000, interval: 100 }

let own: OwnClickHouse
beforeAll(async () => {
  own = await startOwnClickHouse({ partitions: 3 })
})
afterAll(async () => {
  await own[Symbol.asyncDispose]()
})

async function execute(query: string, role: ClickHouseRole): Promise<void> {
  await using client = openClickHouse({ url: own.server.url, ...own.server.users[role], database: 'default' })
  await client.command({ query })
}

/** Publishes some events of now; returns how many. */
async function publish(): Promise<number> {
  const { status, stdout } = await runToEnd(
    PRODUCERS,
    ['live', '--rate', '200', '--seconds', '2'],
    own.envOf('consume'),
  )
  expect(status).toBe(0)
  return acknowledgedEvents(stdout)
}

async function consumeAll(): Promise<void> {
  const consumer = startProgram(CONSUMER, ['--workers', '1'], own.envOf('consume'))
  await expect
    .poll(async () => ({ lag: await readLag(own.topic, own.topic.topic), stderr: consumer.output.stderr }), WAIT)
    .toEqual({ lag: 0, stderr: '' })
  consumer.child.kill('SIGTERM')
  expect((await consumer.ended).status).toBe(0)
}

test(
  'what was counted after a backup is counted again after its restore, by what the page on operations says',
  { timeout: 120_000 },
  async () => {
    const page = await readOperationsPage()
    const section = sectionOf(page, 'Backup and restore')
    const [backup = ''] = statementsOf(section, 'BACKUP')
    const [restore = ''] = statementsOf(section, 'RESTORE')
    expect(await runToEnd(MIGRATE, [], own.envOf('migrate'))).toMatchObject({ status: 0 })
    const before = await publish()
    await consumeAll()
    await execute(backup, 'operate')
    const after = await publish()
    await consumeAll()
    expect(await provenEvents(own.envOf('operate'))).toBe(before + after)

    await using administrator = openClickHouse({ ...own.server, database: 'default' })
    await administrator.command({ query: 'DROP DATABASE caretally SYNC' })
    await execute(restore, 'migrate')
    const refused = await runToEnd(CONSUMER, ['--workers', '1'], own.envOf('consume'))
    expect(refused.status).toBe(1)
    expect(refused.stdout).toContain('"code":"rows_missing"')
    const realigned = await runToEnd(REALIGN, [], own.envOf('consume'))
    expect(realigned).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-3] of 3 partitions are set/m) })
    expect(await provenEvents(own.envOf('operate'))).toBe(before)

    await consumeAll()
    expect(await provenEvents(own.envOf('operate'))).toBe(before + after)
    expect(await runToEnd(MIGRATE, [], own.envOf('migrate'))).toMatchObject({ status: 0 })
  },
)
