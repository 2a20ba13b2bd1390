import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { renderContractFiles, SCHEMA_DIRECTORY } from './contract-files.ts'

test('the stored files are those that the schemas and the topic give now', () => {
  const stored = new Map(
    readdirSync(SCHEMA_DIRECTORY).map((name) => [name, readFileSync(new URL(name, SCHEMA_DIRECTORY), 'utf8')]),
  )
  expect(stored, 'packages/events/schema/ is stale: renew it with `npm run schema`').toStrictEqual(
    renderContractFiles(),
  )
})
