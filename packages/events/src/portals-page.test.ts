import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { EVENT_BYTES_MAX } from './decode.ts'
import { encodeEvent } from './encode.ts'
import { eventTypeOf } from './kinds.ts'
import { createPseudonymizer, parsePseudonymKey } from './pseudonym.ts'
import { REASONS } from './reasons.ts'
import { CONTRACT, InteractionEventSchema } from './schema.ts'

const page = readFileSync(new URL('../../../docs/portals.md', import.meta.url), 'utf8')

test('the page shows the examples of the schemas, one of each kind, as the bytes that would be sent', () => {
  const [, lines = ''] = /```jsonl\n([^`]*)```/.exec(page) ?? []
  const examples = CONTRACT.definitions.flatMap(({ schema }) => schema.meta()?.examples ?? [])
  const encoded = examples.map((example) => `${encodeEvent(InteractionEventSchema.parse(example)).toString()}\n`)
  expect(encoded).toHaveLength(CONTRACT.definitions.length)
  expect(lines).toBe(encoded.join(''))
})

test('the page has a pseudonym to test against, and it is the one that we make', () => {
  const [, keyText = ''] = /key `([0-9a-f]{64})`/.exec(page) ?? []
  const pseudonym = createPseudonymizer(parsePseudonymKey(keyText))('member-1')
  expect(page).toContain(`\`member-1\` is\n\`${pseudonym}\``)
})

test('the page names every type, every reason and the limit', () => {
  const types = CONTRACT.definitions.map(({ kind, version }) => eventTypeOf(kind, version))
  const names = [...types, ...Object.keys(REASONS)]
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toStrictEqual([])
  expect(page).toContain(`${EVENT_BYTES_MAX.toLocaleString('en-US')} bytes`)
})
