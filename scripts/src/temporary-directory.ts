import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'

interface TemporaryDirectory extends AsyncDisposable {
  directory: string
  /** Leaves it in place, for somebody to look at what went wrong. */
  keep: () => void
}

/** A directory of its own below `parent`, removed when it is disposed of. */
export async function makeTemporaryDirectory(parent: string, prefix: string): Promise<TemporaryDirectory> {
  await mkdir(parent, { recursive: true })
  const directory = await mkdtemp(path.join(parent, prefix))
  let isKept = false
  return {
    directory,
    keep: () => {
      isKept = true
    },
    async [Symbol.asyncDispose]() {
      if (!isKept) await rm(directory, { recursive: true, force: true })
    },
  }
}
