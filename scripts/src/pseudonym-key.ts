import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

import { rootPath } from './root.ts'

const KEY_BYTES = 32

/** The file that has the key of members' pseudonyms on this machine. It is made once, and only its owner can read it. */
export async function makePseudonymKey(): Promise<string> {
  const file = rootPath('.caretally/pseudonym-key')
  try {
    await writeFile(file, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return file
}
