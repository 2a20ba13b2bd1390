import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** A directory for the state of a case's own servers, removed with all that is in it. */
export async function makeOwnDirectory(parent: string, name: string): Promise<AsyncDisposable & { path: string }> {
  const own = path.join(parent, name)
  await mkdir(own, { recursive: true })
  return { path: own, [Symbol.asyncDispose]: () => rm(own, { recursive: true, force: true }) }
}
