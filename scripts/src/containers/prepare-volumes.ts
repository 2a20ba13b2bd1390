import { randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { hasCode } from '@caretally/infra'

import { OVERLAY_NAME, passwordsOverlay, readClickHouseUsers } from './passwords-overlay.ts'

/** Who is handed which secret. */
export interface Share {
  directory: string
  secret: string
}

interface PrepareOptions {
  /** Holds `secrets`, `clickhouse-users`, and a directory for each share and for each server's data. */
  volumes: string
  shares: readonly Share[]
  /** With `users.xml` and, beside it, further files in `users.d`. */
  usersDirectory: string
}

const SECRET_BYTES = 32
/** A volume that is not empty keeps its owner when another image is mounted on it. */
const MARK = '.caretally'

/**
 * Makes every secret that a share or a user of ClickHouse needs, unless it is there from an earlier call, and hands it out:
 * a service finds its own in its directory and no other's. ClickHouse gets its users' further files as they are, and beside
 * them the digests of the passwords instead of the variables that `users.xml` names.
 */
export async function prepareVolumes({ volumes, shares, usersDirectory }: PrepareOptions): Promise<void> {
  const { users, further } = await readClickHouseUsers(usersDirectory)
  const names = new Set([...shares.map(({ secret }) => secret), ...users.map(({ variable }) => variable)])
  const secrets = new Map<string, string>()
  for (const name of names) secrets.set(name, await readOrMake(path.join(volumes, 'secrets', name)))

  for (const { directory, secret } of shares) {
    await writePrivate(path.join(volumes, directory, secret), secrets.get(secret)!)
  }
  const files = further.set(OVERLAY_NAME, passwordsOverlay(users, secrets))
  await replaceFiles(path.join(volumes, 'clickhouse-users'), files)
  for (const volume of await readdir(volumes)) await writeFile(path.join(volumes, volume, MARK), '')
}

async function readOrMake(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o400, flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  return await readFile(file, 'utf8')
}

/** Leaves these files and no others. A ClickHouse that is running never sees a user without the password. */
async function replaceFiles(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of files) await writePrivate(path.join(directory, name), text)
  for (const name of await readdir(directory)) if (!files.has(name)) await rm(path.join(directory, name))
}

/** Whole or not at all. */
async function writePrivate(file: string, text: string): Promise<void> {
  const unfinished = `${file}.part`
  await rm(unfinished, { force: true })
  await writeFile(unfinished, text, { mode: 0o400 })
  await rename(unfinished, file)
}
