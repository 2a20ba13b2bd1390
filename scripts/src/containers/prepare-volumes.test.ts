import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { rootPath } from '../root.ts'
import { readClickHouseUsers } from './passwords-overlay.ts'
import { prepareVolumes } from './prepare-volumes.ts'

const SHARES = [
  { directory: 'consumer', secret: 'CLICKHOUSE_CONSUME_PASSWORD' },
  { directory: 'producers', secret: 'MEMBER_PSEUDONYM_KEY' },
]

let volumes = ''
beforeEach(async () => {
  volumes = await mkdtemp(path.join(tmpdir(), 'caretally-volumes-'))
  for (const name of ['secrets', 'consumer', 'producers', 'clickhouse-users', 'kafka']) {
    await mkdir(path.join(volumes, name))
  }
})
afterEach(() => rm(volumes, { recursive: true }))

const prepare = (usersDirectory = rootPath('infra/clickhouse')) =>
  prepareVolumes({ volumes, shares: SHARES, usersDirectory })
const read = (file: string) => readFile(path.join(volumes, file), 'utf8')

test('a service finds its own secret and no other, and only it can read it', async () => {
  await prepare()
  expect(await readdir(path.join(volumes, 'consumer'))).toEqual(['.caretally', 'CLICKHOUSE_CONSUME_PASSWORD'])
  expect(await readdir(path.join(volumes, 'producers'))).toEqual(['.caretally', 'MEMBER_PSEUDONYM_KEY'])
  expect(await read('producers/MEMBER_PSEUDONYM_KEY')).toMatch(/^[0-9a-f]{64}$/)
  expect((await stat(path.join(volumes, 'consumer/CLICKHOUSE_CONSUME_PASSWORD'))).mode & 0o777).toBe(0o400)
})

test('a second call keeps every secret', async () => {
  await prepare()
  const before = [await read('consumer/CLICKHOUSE_CONSUME_PASSWORD'), await read('producers/MEMBER_PSEUDONYM_KEY')]
  expect(before[0]).not.toBe(before[1])
  await prepare()
  expect([await read('consumer/CLICKHOUSE_CONSUME_PASSWORD'), await read('producers/MEMBER_PSEUDONYM_KEY')]).toEqual(
    before,
  )
})

test('ClickHouse gets the digest of each user’s password, and no password', async () => {
  await prepare()
  const overlay = await read('clickhouse-users/zz-passwords.xml')
  const password = await read('consumer/CLICKHOUSE_CONSUME_PASSWORD')
  const digest = createHash('sha256').update(password).digest('hex')
  expect(overlay).toContain(
    `<caretally_consume><password_sha256_hex replace="replace">${digest}</password_sha256_hex></caretally_consume>`,
  )
  expect(overlay).not.toContain(password)
  const { users } = await readClickHouseUsers(rootPath('infra/clickhouse'))
  expect(users.length).toBeGreaterThan(1)
  for (const { user } of users) expect(overlay).toContain(`<${user}>`)
})

test('further files of users are handed on, and one that is gone is taken back', async () => {
  const users = path.join(volumes, 'kafka')
  await mkdir(path.join(users, 'users.d'))
  await writeFile(path.join(users, 'users.xml'), '<clickhouse/>')
  const more =
    '<clickhouse><users><more><!-- who --><password_sha256_hex from_env="MORE_PASSWORD_SHA256"/></more></users></clickhouse>'
  await writeFile(path.join(users, 'users.d', 'more.xml'), more)
  await prepare(users)
  expect(await read('clickhouse-users/more.xml')).toBe(more)
  expect(await read('clickhouse-users/zz-passwords.xml')).toContain('<more><password_sha256_hex replace="replace">')
  expect(await readdir(path.join(volumes, 'secrets'))).toContain('MORE_PASSWORD')
  await rm(path.join(users, 'users.d', 'more.xml'))
  await prepare(users)
  expect(await readdir(path.join(volumes, 'clickhouse-users'))).toEqual(['.caretally', 'zz-passwords.xml'])
})

test('a password whose user cannot be told is refused instead of left empty', async () => {
  await writeFile(path.join(volumes, 'users.xml'), '<who><networks/><password from_env="PASSWORD"/></who>')
  await expect(prepare(volumes)).rejects.toMatchObject({ code: 'users_not_understood' })
})
