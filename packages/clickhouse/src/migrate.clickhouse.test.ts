import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { checkSchema } from './check-schema.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migration-files.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const timeZone = 'America/Los_Angeles'

test('a database that does not exist is made, on its disk, with the whole schema', async () => {
  await using test = await createTestDatabase({ migrated: false })
  const applied: number[] = []
  await migrate({ ...test, timeZone, onApplied: ({ number }) => applied.push(number) })
  await checkSchema({ client: test.client, timeZone })
  expect(applied).toEqual((await readMigrations()).map(({ number }) => number))
  expect(await select(test, 'SELECT engine FROM system.databases WHERE name = currentDatabase()')).toEqual([
    { engine: 'Atomic' },
  ])
})

test('migrating again applies nothing', async () => {
  await using test = await createTestDatabase()
  const applied: number[] = []
  await migrate({ ...test, timeZone, onApplied: ({ number }) => applied.push(number) })
  expect(applied).toEqual([])
})

test('a migrator that crashed before it could record a migration is mended by running again', async () => {
  await using test = await createTestDatabase()
  await test.client.command({ query: 'DELETE FROM schema_migrations WHERE number > 1' })
  await expect(checkSchema({ client: test.client, timeZone })).rejects.toMatchObject({
    code: 'schema_outdated',
    hint: 'npm run migrate',
  })
  await migrate({ ...test, timeZone })
  await checkSchema({ client: test.client, timeZone })
})

test('migrators that run at the same time all succeed', async () => {
  await using test = await createTestDatabase({ migrated: false })
  await Promise.all(Array.from({ length: 5 }, () => migrate({ ...test, timeZone })))
  await checkSchema({ client: test.client, timeZone })
})

test('another time zone than the recorded one is refused, and both are named', async () => {
  await using test = await createTestDatabase({ timeZone })
  const refusal = {
    code: 'time_zone_differs',
    message: 'the schema counts days in America/Los_Angeles, but REPORTING_TIME_ZONE is Europe/Zurich',
  }
  await expect(migrate({ ...test, timeZone: 'Europe/Zurich' })).rejects.toMatchObject(refusal)
  await expect(checkSchema({ client: test.client, timeZone: 'Europe/Zurich' })).rejects.toMatchObject(refusal)
})

test('a time zone that does not exist is refused before anything is made', async () => {
  await using test = await createTestDatabase({ migrated: false })
  await expect(migrate({ ...test, timeZone: "UTC') --" })).rejects.toMatchObject({ code: 'time_zone_unknown' })
  await expect(checkSchema({ client: test.client, timeZone })).rejects.toMatchObject({ code: 'schema_outdated' })
})

test('a file that was changed or lost after it was applied is refused', async () => {
  await using test = await createTestDatabase({ migrated: false })
  const directory = await mkdtemp(join(tmpdir(), 'caretally-migrations-'))
  const file = join(directory, '0001-one.sql')
  const sql = 'CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;'
  await writeFile(file, sql)
  await migrate({ ...test, timeZone, directory })

  await writeFile(file, `${sql}\n-- a thought\n`)
  await expect(migrate({ ...test, timeZone, directory })).rejects.toMatchObject({
    code: 'migration_changed',
    message: 'migration 0001-one was changed after it was applied',
  })
  await rm(file)
  await expect(migrate({ ...test, timeZone, directory })).rejects.toMatchObject({ code: 'migration_missing' })
  await rm(directory, { recursive: true })
})

test.each(['events', 'daily_counts', 'duplicates', 'dead_letters'])(
  'a schema whose table %s would not deduplicate is refused',
  async (table) => {
    await using test = await createTestDatabase()
    const query = `ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 100`
    await test.client.command({ query })
    await expect(checkSchema({ client: test.client, timeZone })).rejects.toMatchObject({
      code: 'deduplication_off',
      message: `replays would count twice in ${table}`,
    })
  },
)

test('every column of every table says why it is there', async () => {
  await using test = await createTestDatabase()
  const silent = await select(
    test,
    `SELECT table, name FROM system.columns
      WHERE database = currentDatabase() AND comment = ''
        AND table NOT IN ('schema_migrations', 'schema_parameters', 'daily_counts_from_events',
          'monthly_members_from_events')`,
  )
  expect(silent).toEqual([])
})

async function select({ client }: TestDatabase, query: string): Promise<unknown[]> {
  const response = await client.query({ query, format: 'JSONEachRow' })
  return response.json()
}
