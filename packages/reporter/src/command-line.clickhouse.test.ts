import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import {
  createTestDatabase,
  insertInteractions,
  markRead,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { systemClock } from '@caretally/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { runReport } from './command-line.ts'

let folder = ''
let filled: TestDatabase
let empty: TestDatabase
let bare: TestDatabase
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'caretally-report-'))
  filled = await createTestDatabase()
  empty = await createTestDatabase()
  bare = await createTestDatabase({ migrated: false })
  await insertInteractions(filled.client, [sampleInteraction({ time_ms: Date.parse('2016-02-29T20:00:00Z') })])
  await markRead(filled.client)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
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
      stdout: 'day,kind,events,quantity,status\r\n2016-02-29,login,1,1,final\r\n',
      stderr: '',
    })
    const { stdout } = await run(filled, `${asked} --format json`)
    expect(JSON.parse(stdout)).toEqual([{ day: '2016-02-29', kind: 'login', events: 1, quantity: 1, status: 'final' }])
    expect((await run(filled, asked)).stdout).toContain('2016-02-29  login       1         1  final\n')
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

  test('a reference adds the rates and the share that it has figures for', async () => {
    const file = path.join(folder, 'valley.yaml')
    await writeFile(file, 'title: Valley\nsource: census\nyears: { 2016: { members: 8, in_person_visits: 3 } }\n')
    const asked = `annual --years 2016 --metrics logins,digital_visit_share --reference ${file}`
    expect(JSON.parse((await run(filled, `${asked} --format json`)).stdout)).toMatchObject([
      { metric: 'logins', per_member: 0.125, per_physician: null, reference: 'Valley, 2016: 8 members (census)' },
      { metric: 'digital_visit_share', value: 0, reference: 'Valley, 2016: 3 in-person visits (census)' },
    ])
    expect((await run(filled, asked)).stdout).toContain('From the reference: Valley, 2016: 8 members (census)\n')
  })

  test('a year is not called silent when only its reference is missing', async () => {
    const file = path.join(folder, 'valley.yaml')
    await writeFile(file, 'title: Valley\nsource: census\nyears: { 2016: { in_person_visits: 3 } }\n')
    const asked = `annual --years 2015-2016 --metrics digital_visit_share --reference ${file}`
    expect(await run(filled, asked)).toMatchObject({ status: 0, stderr: '' })
    expect((await run(empty, asked)).stdout).toMatch(/^There are no events in 2016\. /)
  })

  test('pages have charts of the days, for which the annual one reads them too', async () => {
    const daily = await run(filled, 'daily --from 2016-02-29 --to 2016-02-29 --by kind --format html')
    expect(daily.stdout).toContain('Interactions a day by kind')
    const annual = await run(filled, 'annual --years 2016 --format html')
    expect(annual.stdout).toContain('From 2016-02-29 to 2016-02-29. Each bar is a day.')
    expect(annual.stdout.match(/<svg/g)).toHaveLength(3)
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

test('the environment says how long late events are waited for', async () => {
  await using database = await createTestDatabase()
  await insertInteractions(database.client, [sampleInteraction({ time_ms: Date.parse('2016-12-31T20:00:00Z') })])
  await markRead(database.client, Date.parse('2017-01-01T09:00:00Z'))
  const statusAfter = async (hours?: string) => {
    const env = hours === undefined ? {} : { REPORTING_GRACE_HOURS: hours }
    const daily = await run(database, 'daily --from 2016-12-31 --to 2016-12-31 --format json', env)
    const annual = await run(database, 'annual --years 2016 --metrics logins --format json', env)
    return [daily, annual].map(({ stdout }) => (JSON.parse(stdout) as { status: string }[])[0]?.status)
  }
  expect(await statusAfter()).toEqual(['provisional', 'provisional'])
  expect(await statusAfter('1')).toEqual(['final', 'partial'])
  expect(await statusAfter('2')).toEqual(['provisional', 'provisional'])
  await expect(statusAfter('-1')).rejects.toMatchObject({ code: 'config_invalid' })
})

describe('publishing', () => {
  test('a figure goes on record once, and again when late events have moved it', async () => {
    await using database = await createTestDatabase()
    const login = () => sampleInteraction({ time_ms: Date.parse('2016-02-29T20:00:00Z') })
    const annual = 'annual --years 2016 --metrics logins,care_interactions --publish --format csv'
    await insertInteractions(database.client, [login()])
    expect((await run(database, annual)).stderr).toBe(
      'Published 2 figures for the first time, and 0 that have changed.\n',
    )
    expect((await run(database, annual)).stderr).toBe('Nothing to publish. 2 are published as they are.\n')
    await insertInteractions(database.client, [login(), login()], { first: 1 })
    expect((await run(database, annual)).stderr).toBe(
      'Published 0 figures for the first time, and 1 that have changed. 1 are published as they are.\n',
    )

    const { stdout } = await run(database, 'history --year 2016 --metrics logins --format json')
    expect(JSON.parse(stdout)).toMatchObject([
      { metric: 'logins', revision: 1, value: 1, value_change: null },
      { metric: 'logins', revision: 2, value: 3, value_change: 2, events_change: 2 },
    ])
    const table = (await run(database, 'history --year 2016')).stdout
    expect(table).toMatch(/logins v1 +1 .* 1 +– +1 +– +provisional\n +2 .* 3 +\+2 +3 +\+2 +provisional/)
  })

  test('a year of which nothing was published says how to do it', async () => {
    const { status, stdout } = await run(empty, 'history --year 2016')
    expect(status).toBe(0)
    expect(stdout).toBe("Nothing has been published of 2016. 'report annual --years 2016 --publish' does it.\n")
  })

  test('the history is of one year', async () => {
    await expect(run(empty, 'history --year 2015-2016')).rejects.toMatchObject({ code: 'years_invalid' })
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
