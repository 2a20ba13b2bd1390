import {
  createTestDatabase,
  insertInteractions,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { systemClock } from '@caretally/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { runReport } from './command-line.ts'

let filled: TestDatabase
let empty: TestDatabase
let bare: TestDatabase
beforeAll(async () => {
  filled = await createTestDatabase()
  empty = await createTestDatabase()
  bare = await createTestDatabase({ migrated: false })
  await insertInteractions(filled.client, [sampleInteraction({ time_ms: Date.parse('2016-02-29T20:00:00Z') })])
})
afterAll(async () => {
  for (const database of [filled, empty, bare]) await database[Symbol.asyncDispose]()
})

async function run(database: TestDatabase, args: string, env: Record<string, string> = {}) {
  const { url, username, password, database: name } = database.connection
  const written = { stdout: '', stderr: '' }
  const status = await runReport(args.split(' '), {
    env: {
      CLICKHOUSE_URL: url,
      CLICKHOUSE_USER: username,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DATABASE: name,
      ...env,
    },
    clock: systemClock,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  })
  return { status, ...written }
}

describe('figures', () => {
  test('daily counts come in each format', async () => {
    const asked = 'daily --from 2016-02-29 --to 2016-02-29 --by kind'
    expect(await run(filled, `${asked} --format csv`)).toEqual({
      status: 0,
      stdout: 'day,kind,events,quantity\r\n2016-02-29,login,1,1\r\n',
      stderr: '',
    })
    const { stdout } = await run(filled, `${asked} --format json`)
    expect(JSON.parse(stdout)).toEqual([{ day: '2016-02-29', kind: 'login', events: 1, quantity: 1 }])
    expect((await run(filled, asked)).stdout).toContain('2016-02-29  login       1         1\n')
  })

  test('members are counted once in a period, and few of them are not shown by region', async () => {
    const asked = 'members --from 2016-02-01 --to 2016-02-01 --by month --format csv'
    expect((await run(filled, asked)).stdout).toBe('period,members,suppressed,method\r\n2016-02,1,false,estimated\r\n')
    expect((await run(filled, `${asked} --exact`)).stdout).toContain('2016-02,1,false,exact\r\n')
    expect((await run(filled, `${asked} --by-region`)).stdout).toBe(
      'period,region,members,suppressed,method\r\n2016-02,,,true,estimated\r\n',
    )
    expect((await run(empty, asked)).stderr).toContain('There are no events on 2016-02-01.')
  })

  test('annual figures are those of the chosen metrics', async () => {
    const { stdout } = await run(filled, 'annual --years 2016 --metrics logins,care_interactions --format json')
    expect(JSON.parse(stdout)).toMatchObject([
      { metric: 'care_interactions', value: 0, status: 'partial' },
      { metric: 'logins', value: 1, per_day: 1, previous: null, days: 1, status: 'partial' },
    ])
  })

  test('an asked year without events is named', async () => {
    const answer = await run(filled, 'annual --years 2015-2017 --format csv')
    expect(answer).toMatchObject({ status: 0, stderr: 'There are no events in 2015, 2017.\n' })
  })

  test('without any events the report says what to run, and that is no error', async () => {
    const daily = await run(empty, 'daily --from 2016-01-01 --to 2016-01-31')
    expect(daily).toMatchObject({ status: 0, stderr: '' })
    expect(daily.stdout).toMatch(/^There are no events from 2016-01-01 to 2016-01-31\. .*npm run demo.*\n$/)
    const annual = await run(empty, 'annual --years 2016 --format json')
    expect(annual).toMatchObject({ status: 0, stdout: '[]\n' })
  })
})

describe('what is wrong with the database', () => {
  const asked = 'annual --years 2016'

  test('a server that is not there', async () => {
    const nowhere = run(filled, asked, { CLICKHOUSE_URL: 'http://127.0.0.1:9' })
    await expect(nowhere).rejects.toMatchObject({ code: 'clickhouse_unreachable' })
  })

  test('a wrong password', async () => {
    const stranger = run(filled, asked, { CLICKHOUSE_PASSWORD: 'not this one' })
    await expect(stranger).rejects.toMatchObject({ code: 'clickhouse_wrong_password' })
  })

  test('a schema that is missing', async () => {
    await expect(run(bare, asked)).rejects.toMatchObject({ code: 'schema_outdated', hint: 'npm run migrate' })
  })

  test('days that are cut in another time zone', async () => {
    const elsewhere = run(filled, asked, { REPORTING_TIME_ZONE: 'Europe/Zurich' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'time_zone_differs' })
  })
})
