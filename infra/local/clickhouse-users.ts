import { createHash, randomBytes } from 'node:crypto'
import path from 'node:path'

import { readOrCreate } from './state-files.ts'

/** Kinds of work in ClickHouse, each of which has a user; `infra/clickhouse/users.d` says what each may do. */
export const CLICKHOUSE_ROLES = ['migrate', 'consume', 'report', 'operate', 'dashboard'] as const
export type ClickHouseRole = (typeof CLICKHOUSE_ROLES)[number]

export interface ClickHouseCredentials {
  username: string
  password: string
}

export type ClickHouseUsers = Record<ClickHouseRole, ClickHouseCredentials>

/** The users with the passwords that are kept in `directory`, made at random when there are none. */
export async function readOrCreateUsers(directory: string): Promise<ClickHouseUsers> {
  const user = async (role: ClickHouseRole, username: string): Promise<ClickHouseCredentials> => ({
    username,
    password: await readOrCreate(path.join(directory, `password-${role}`), makePassword),
  })
  return {
    migrate: await user('migrate', 'caretally_migrate'),
    consume: await user('consume', 'caretally_consume'),
    report: await user('report', 'caretally_report'),
    operate: await user('operate', 'caretally_operate'),
    dashboard: await user('dashboard', 'caretally_reader'),
  }
}

/** The environment by which ClickHouse knows the passwords: it is told their hashes. */
export function passwordHashes(users: ClickHouseUsers, localPassword: string): Record<string, string> {
  const passwords = [
    ['local', localPassword] as const,
    ...CLICKHOUSE_ROLES.map((role) => [role, users[role].password] as const),
  ]
  return Object.fromEntries(
    passwords.map(([role, password]) => [`CLICKHOUSE_${role.toUpperCase()}_PASSWORD_SHA256`, hash(password)]),
  )
}

export function makePassword(): string {
  return randomBytes(24).toString('base64url')
}

function hash(password: string): string {
  return createHash('sha256').update(password).digest('hex')
}
