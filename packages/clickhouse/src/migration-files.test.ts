import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { fillParameters, readMigrations } from './migration-files.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'caretally-migrations-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

test('the files of this package are numbered without a gap', async () => {
  const migrations = await readMigrations()
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  expect(migrations.length).toBeGreaterThan(0)
})

test('a migration says in a line of its own what a program has to know to work after it', async () => {
  await writeFile(join(directory, '0001-one.sql'), '-- Nothing needs: 0007 here\nSELECT 1')
  await writeFile(join(directory, '0002-two.sql'), '-- Drops what nobody reads any more.\n-- needs: 0001\nSELECT 2')
  expect((await readMigrations(directory)).map(({ needs }) => needs)).toEqual([0, 1])
})

test('a gap in the numbers is refused', async () => {
  await writeFile(join(directory, '0001-one.sql'), 'SELECT 1')
  await writeFile(join(directory, '0003-three.sql'), 'SELECT 3')
  await expect(readMigrations(directory)).rejects.toMatchObject({ code: 'migration_gap' })
})

test('two files of one number are refused', async () => {
  await writeFile(join(directory, '0001-one.sql'), 'SELECT 1')
  await writeFile(join(directory, '0001-other.sql'), 'SELECT 1')
  await expect(readMigrations(directory)).rejects.toMatchObject({ code: 'migration_gap' })
})

test('a file without a number is refused', async () => {
  await writeFile(join(directory, 'one.sql'), 'SELECT 1')
  await expect(readMigrations(directory)).rejects.toMatchObject({ code: 'migration_misnamed' })
})

test('a checkout with other line ends has the same checksums', async () => {
  await writeFile(join(directory, '0001-one.sql'), 'SELECT\n1\n')
  const [unix] = await readMigrations(directory)
  await writeFile(join(directory, '0001-one.sql'), 'SELECT\r\n1\r\n')
  const [windows] = await readMigrations(directory)
  expect(windows).toEqual(unix)
})

test('a parameter that nobody sets is refused', () => {
  const migration = { number: 1, name: '0001-one', sql: "SELECT '{{a}}', '{{b}}'", checksum: '', needs: 0 }
  expect(fillParameters(migration, { a: 'x', b: 'y' })).toBe("SELECT 'x', 'y'")
  expect(() => fillParameters(migration, { a: 'x' })).toThrow('{{b}}')
})
