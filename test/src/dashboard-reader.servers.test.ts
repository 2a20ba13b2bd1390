import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { migrate, openClickHouse } from '@caretally/clickhouse'
import { insertInteractions, sampleInteraction } from '@caretally/clickhouse/testing'
import { openDashboard } from '@caretally/dashboard'
import { startClickHouse } from '@caretally/infra'
import { createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

const timeZone = 'America/Los_Angeles'

/** A ClickHouse of its own: the reader's grants name the database. */
async function startFilledClickHouse() {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-reader-'))
  const server = await startClickHouse({ directory })
  const { url, username, password, users } = server
  await using client = openClickHouse({ url, username, password, database: 'caretally' })
  await migrate({ client, database: 'caretally', timeZone })
  await insertInteractions(client, [sampleInteraction()])
  return {
    directory,
    connection: { url, ...users.dashboard, database: 'caretally' },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(directory, { recursive: true })
    },
  }
}

test('the dashboard answers everything as a user who sees no member, no event and no dead letter, and writes nothing', async () => {
  await using server = await startFilledClickHouse()
  await using dashboard = await openDashboard({
    clickhouse: server.connection,
    timeZone,
    kafka: undefined,
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    accessRecordFile: path.join(server.directory, 'access.jsonl'),
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  for (const question of [
    'daily?from=2016-02-01&to=2016-03-01&by=kind,channel,region,detail',
    'daily?from=2016-02-01&to=2016-03-01&region=CA',
    'annual',
    'metrics',
    'pipeline',
  ]) {
    expect([question, (await fetch(`${dashboard.url}/api/${question}`)).status]).toEqual([question, 200])
  }

  await using client = openClickHouse(server.connection)
  for (const forbidden of [
    'SELECT subject FROM events',
    'SELECT id FROM events',
    'SELECT offsets FROM daily_counts',
    'SELECT * FROM annual_summaries',
    'SELECT value FROM dead_letters',
    "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    'INSERT INTO daily_counts (day) VALUES (today())',
    'TRUNCATE TABLE events',
    'CREATE TABLE other (day Date) ENGINE = Memory',
    'DROP TABLE events',
  ]) {
    const refused = await client.command({ query: forbidden }).then(
      () => 'allowed',
      (error: { type?: string }) => error.type,
    )
    expect([forbidden, refused]).toEqual([forbidden, expect.stringMatching(/^(ACCESS_DENIED|READONLY)$/)])
  }
})
