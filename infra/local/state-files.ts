import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * What `file` says; when it is not there, it is made with what `create` returns. Only its owner can read it. Of several callers
 * at once, all get the same.
 */
export async function readOrCreate(file: string, create: () => string): Promise<string> {
  const existing = await readIfThere(file)
  if (existing !== undefined) return existing
  await makePrivateDirectory(path.dirname(file))
  const unfinished = await writeBeside(file, create())
  try {
    await link(unfinished, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error // another caller was faster
  } finally {
    await rm(unfinished)
  }
  return await readFile(file, 'utf8')
}

/** Readers find the whole new text or what was there before. Only its owner can read the file. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  await rename(await writeBeside(file, text), file)
}

async function writeBeside(file: string, text: string): Promise<string> {
  const unfinished = `${file}.${randomUUID()}.tmp`
  await writeFile(unfinished, text, { mode: 0o600 })
  return unfinished
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
