import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { CaretallyError } from '@caretally/runtime'

export interface PageFile {
  type: string
  body: Buffer
}

/** Always the built ones: browsers do not read TypeScript. */
const BUILT = fileURLToPath(new URL('../dist/page/', import.meta.url))

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * The files of the page, by their path in its folder, such as `index.html` and `assets/index-….js`; the names below `assets`
 * change with their content.
 *
 * @throws {CaretallyError} `page_missing`
 */
export async function readPageFiles(): Promise<Map<string, PageFile>> {
  const names = await listFiles()
  const files = names.map(async (name): Promise<[string, PageFile]> => {
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream'
    return [name.replaceAll(path.sep, '/'), { type, body: await readFile(path.join(BUILT, name)) }]
  })
  return new Map(await Promise.all(files))
}

async function listFiles(): Promise<string[]> {
  try {
    const entries = await readdir(BUILT, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(BUILT, path.join(entry.parentPath, entry.name)))
  } catch (cause) {
    throw new CaretallyError('page_missing', 'the page has not been built', {
      hint: 'npm run dashboard builds it',
      cause,
    })
  }
}
