import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { hasCode } from '@caretally/infra'
import { CaretallyError } from '@caretally/runtime'

/** A user of ClickHouse, the digest of whose password the environment has. */
export interface PasswordVariable {
  user: string
  /** Of the password: that of its digest without `_SHA256`. */
  variable: string
}

export interface UsersFiles {
  users: PasswordVariable[]
  /** The files beside `users.xml` in `users.d`, by name. */
  further: Map<string, string>
}

/** Of a file for `users.d` that is read after all others. */
export const OVERLAY_NAME = 'zz-passwords.xml'

const FROM_ENVIRONMENT =
  /<(?<user>\w+)>\s*(?:<!--(?:(?!-->)[^])*-->\s*)*<password_sha256_hex from_env="(?<variable>\w+)"\s*\/>/g

/**
 * The users of `users.xml` and `users.d` in a directory, and the latter's files.
 *
 * @throws {CaretallyError} `users_not_understood` when one gets something from the environment and it cannot be told who
 */
export async function readClickHouseUsers(directory: string): Promise<UsersFiles> {
  const further = new Map<string, string>()
  for (const name of await namesIn(path.join(directory, 'users.d'))) {
    further.set(name, await readFile(path.join(directory, 'users.d', name), 'utf8'))
  }
  const main = await readFile(path.join(directory, 'users.xml'), 'utf8')
  return { users: passwordVariables([main, ...further.values()]), further }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => name.endsWith('.xml'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

function passwordVariables(texts: readonly string[]): PasswordVariable[] {
  const users = texts.flatMap((text) =>
    [...text.matchAll(FROM_ENVIRONMENT)].map(({ groups: { user = '', variable = '' } = {} }) => ({
      user,
      variable: variable.replace(/_SHA256$/, ''),
    })),
  )
  const wanted = texts.reduce((sum, text) => sum + text.split('from_env=').length - 1, 0)
  if (users.length === wanted) return users
  throw new CaretallyError(
    'users_not_understood',
    `${wanted} values come from the environment, of ${users.length} users`,
    {
      hint: 'write <password_sha256_hex from_env="…_SHA256"/> as the first element of a user',
    },
  )
}

/** Configuration of ClickHouse that gives each user the digest of the password itself instead of a variable. */
export function passwordsOverlay(users: readonly PasswordVariable[], passwords: ReadonlyMap<string, string>): string {
  const entries = users.map(({ user, variable }) => {
    const digest = createHash('sha256').update(passwords.get(variable)!).digest('hex')
    return `<${user}><password_sha256_hex replace="replace">${digest}</password_sha256_hex></${user}>`
  })
  return `<clickhouse><users>${entries.join('')}</users></clickhouse>\n`
}
