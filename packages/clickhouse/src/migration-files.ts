import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { CaretallyError } from '@caretally/runtime'

/** Beside `src` and `dist`, so that the sources and the compiled code find the same files. */
const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../migrations/', import.meta.url))
/** The line by which a migration says which versions cannot work once it is applied. */
const NEEDS = /^-- needs: (\d{4})$/m
const FILE_NAME = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/

/** One numbered file of statements; never edited once it has been applied anywhere. */
export interface Migration {
  /** Counts up from 1 without a gap. */
  number: number
  /** The file's name without `.sql`, such as `0001-events`. */
  name: string
  sql: string
  /** SHA-256 of the text in hex; line ends count as `\n` whatever the checkout made of them. */
  checksum: string
  /**
   * The number of the migration that a program has to know at least to work once this one is applied: 0 unless the text has a
   * line such as `-- needs: 0013`. So programs of the version before go on working, and may be started again.
   */
  needs: number
}

/**
 * All migrations in the order of their numbers.
 *
 * @throws {CaretallyError} `migration_misnamed`, `migration_gap`
 */
export async function readMigrations(directory: string = MIGRATIONS_DIRECTORY): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map((file) => readMigration(directory, file)))
  for (const [index, { number, name }] of migrations.entries()) {
    if (number !== index + 1) {
      throw new CaretallyError('migration_gap', `migration ${name} should be number ${index + 1}: numbers have no gaps`)
    }
  }
  return migrations
}

async function readMigration(directory: string, file: string): Promise<Migration> {
  const [, digits] = FILE_NAME.exec(file) ?? []
  if (digits === undefined) {
    throw new CaretallyError('migration_misnamed', `migration ${file} is not named like 0001-what-it-makes.sql`)
  }
  const sql = (await readFile(`${directory}/${file}`, 'utf8')).replaceAll('\r\n', '\n')
  const checksum = createHash('sha256').update(sql).digest('hex')
  const [, needs = 0] = NEEDS.exec(sql) ?? []
  return { number: Number(digits), name: file.slice(0, -'.sql'.length), sql, checksum, needs: Number(needs) }
}

/**
 * The statements' text with each `{{name}}` replaced by its value. The values go into quoted strings, so the caller has
 * to make sure that they need no escaping.
 *
 * @throws {CaretallyError} `migration_parameter_unknown`
 */
export function fillParameters({ name, sql }: Migration, parameters: Readonly<Record<string, string>>): string {
  return sql.replaceAll(/\{\{(\w+)\}\}/g, (_, parameter: string) => {
    const value = parameters[parameter]
    if (value === undefined) {
      throw new CaretallyError(
        'migration_parameter_unknown',
        `migration ${name} uses {{${parameter}}}, which nobody sets`,
      )
    }
    return value
  })
}
