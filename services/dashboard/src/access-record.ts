import { type FileHandle, mkdir, open } from 'node:fs/promises'
import path from 'node:path'

import { CaretallyError } from '@caretally/runtime'

import type { Holder } from './guard.ts'

/** One query, or attempt to log in: who asked what, when, and how it ended. */
export interface Access {
  /** RFC 3339. */
  time: string
  /** The IP address that it came from. */
  address: string
  /** Null when nobody who may ask: after a wrong token too. */
  holder: Holder | null
  path: string
  /** As they were given, right or wrong; but a token that somebody has put there is not written. */
  parameters: unknown
  status: number
  duration_ms: number
}

export interface AccessRecord extends AsyncDisposable {
  /**
   * Adds one line.
   *
   * @throws {CaretallyError} `access_not_recorded`; then nobody may get the answer
   */
  add(access: Access): Promise<void>
}

const OWNER_ONLY = 0o600

/**
 * Opens a file of JSON lines that is only ever added to, and makes it when it is not there; only its owner can read it.
 *
 * @param token is never written, wherever a caller has put it
 * @throws {CaretallyError} `access_not_recorded`
 */
export async function openAccessRecord(file: string, token?: string): Promise<AccessRecord> {
  const secret = token === undefined ? undefined : JSON.stringify(token).slice(1, -1)
  const handle = await openToAppend(file)
  return {
    async add(access) {
      try {
        const line = JSON.stringify(access)
        await handle.appendFile(`${secret === undefined ? line : line.replaceAll(secret, '[token]')}\n`)
      } catch (cause) {
        throw notRecorded(file, cause)
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

async function openToAppend(file: string): Promise<FileHandle> {
  try {
    await mkdir(path.dirname(file), { recursive: true })
    return await open(file, 'a', OWNER_ONLY)
  } catch (cause) {
    throw notRecorded(file, cause)
  }
}

function notRecorded(file: string, cause: unknown): CaretallyError {
  return new CaretallyError('access_not_recorded', `the access record ${file} cannot be written`, {
    hint: 'no query is answered without it: make it writable, or set ACCESS_RECORD_FILE to another file',
    cause,
  })
}
