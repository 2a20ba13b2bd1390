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

/** The user of development and tests, who may do everything on databases. */
export const LOCAL_USERNAME = 'caretally'

/** The users with the passwords that are kept in `directory`, made at random when there are none. */
export async function readOrCreateUsers(directory: string): Promise<ClickHouseUsers> {
  return await usersWith((role) => readOrCreate(path.join(directory, `password-${role}`), makePassword))
}

/** The users with the passwords that they are given. */
export async function usersWith(
  passwordOf: (role: ClickHouseRole) => string | Promise<string>,
): Promise<ClickHouseUsers> {
  return {
    migrate: { username: 'caretally_migrate', password: await passwordOf('migrate') },
    consume: { username: 'caretally_consume', password: await passwordOf('consume') },
    report: { username: 'caretally_report', password: await passwordOf('report') },
    operate: { username: 'caretally_operate', password: await passwordOf('operate') },
    dashboard: { username: 'caretally_reader', password: await passwordOf('dashboard') },
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
