import { readFileSync } from 'node:fs'

import { describeVariables } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { rootPath } from '../root.ts'
import { CONFIGURED_PROGRAMS } from './programs.ts'
import { renderConfigurationPage } from './render-page.ts'

test('the stored page is the one that the schemas give now', () => {
  const stored = readFileSync(rootPath('docs/configuration.md'), 'utf8')
  expect(stored, 'docs/configuration.md is stale: renew it with `npm run configuration`').toBe(
    renderConfigurationPage(CONFIGURED_PROGRAMS),
  )
})

test('every variable of every program is described, and it is said what it may be', () => {
  const variables = CONFIGURED_PROGRAMS.flatMap(({ environment }) => describeVariables(environment))
  const undescribed = variables.filter(({ description, allowed }) => description === '' || allowed === '')
  expect(undescribed.map(({ name }) => name)).toEqual([])
})

test('what is named like a secret is one', () => {
  const variables = CONFIGURED_PROGRAMS.flatMap(({ environment }) => describeVariables(environment))
  const open = variables.filter(({ name, isSecret }) => /PASSWORD|TOKEN|_KEY$|SECRET/.test(name) && !isSecret)
  expect(open.map(({ name }) => name)).toEqual([])
})
