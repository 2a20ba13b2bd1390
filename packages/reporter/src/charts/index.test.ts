import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect, test } from 'vitest'

/** Imports and exports of something that is still there at run time. */
const RUN_TIME_IMPORT = /^(?:import|export)(?! type\b)[^'"]* from '([^']+)'/gm

test('charts need nothing but each other at run time, so that a browser can import them', async () => {
  const files = await readdir(import.meta.dirname)
  const sources = files.filter((file) => file.endsWith('.ts') && !file.includes('.test'))
  const imported: string[] = []
  for (const file of sources) {
    const text = await readFile(path.join(import.meta.dirname, file), 'utf8')
    imported.push(...[...text.matchAll(RUN_TIME_IMPORT)].map(([, module = '']) => module))
  }
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter((module) => !module.startsWith('./'))).toEqual([])
})
