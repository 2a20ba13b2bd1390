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

/** Migrations of the test's own. */
async function openMigrations() {
  const directory = await mkdtemp(join(tmpdir(), 'caretally-migrations-'))
  return {
    directory,
    write: (name: string, sql: string) => writeFile(join(directory, name), sql),
    remove: (name: string) => rm(join(directory, name)),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const ONE = 'CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;'
const TWO = 'ALTER TABLE one ADD COLUMN IF NOT EXISTS b UInt8;'

test('a file that was changed after it was applied is refused', async () => {
  await using test = await createTestDatabase({ migrated: false })
  await using migrations = await openMigrations()
  const { directory } = migrations
  await migrations.write('0001-one.sql', ONE)
  await migrate({ ...test, timeZone, directory })
  await migrations.write('0001-one.sql', `${ONE}\n-- a thought\n`)
  await expect(migrate({ ...test, timeZone, directory })).rejects.toMatchObject({
    code: 'migration_changed',
    message: 'migration 0001-one was changed after it was applied',
  })
})

test('what a later version has added lets this one go on, unless it says that it does not', async () => {
  await using test = await createTestDatabase({ migrated: false })
  await using migrations = await openMigrations()
  const { directory } = migrations
  await migrations.write('0001-one.sql', ONE)
  await migrations.write('0002-two.sql', TWO)
  await migrate({ ...test, timeZone, directory })
  await migrations.remove('0002-two.sql')
  await migrate({ ...test, timeZone, directory })

  await migrations.write('0002-two.sql', TWO)
  await migrations.write('0003-three.sql', '-- needs: 0002\nALTER TABLE one DROP COLUMN IF EXISTS b;')
  await migrate({ ...test, timeZone, directory })
  await migrations.remove('0003-three.sql')
  await migrate({ ...test, timeZone, directory })
  await migrations.remove('0002-two.sql')
  await expect(migrate({ ...test, timeZone, directory })).rejects.toMatchObject({
    code: 'schema_later',
    message: 'the database has migration 0003-three, which this version cannot work with',
  })
})

test('a service works on the schema of a later version, and on one that was recorded before migrations said what they need', async () => {
  await using test = await createTestDatabase()
  const later = `INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, '9999-later', '')`
  await test.client.command({ query: later })
  await checkSchema({ client: test.client, timeZone })
  await test.client.command({ query: 'ALTER TABLE schema_migrations DROP COLUMN needs' })
  await checkSchema({ client: test.client, timeZone })
  await migrate({ ...test, timeZone })
  await test.client.command({ query: later.replace(')', ', needs)').replace("'')", "'', 9998)") })
  await expect(checkSchema({ client: test.client, timeZone })).rejects.toMatchObject({ code: 'schema_later' })
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
