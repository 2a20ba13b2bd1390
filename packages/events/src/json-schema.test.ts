import addFormats from 'ajv-formats'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { z } from 'zod'

import { decodeEvent } from './decode.ts'
import { encodeEvent } from './encode.ts'
import { renderSchemaFiles } from './json-schema.ts'
import { eventTypeOf, KINDS } from './kinds.ts'
import { InteractionEventSchema } from './schema.ts'
import { arbitraryEvent } from './testing.ts'

const files = renderSchemaFiles()

test.each(KINDS)('the schema of %s has a name, a description and an example that decodes', (kind) => {
  const { $id, title, description, examples } = readSchema(kind)
  expect($id).toBe(`urn:caretally:event:${kind}:v1`)
  expect(title).toBeTruthy()
  expect(description).toBeTruthy()
  expect(examples).toHaveLength(1)
  const event = InteractionEventSchema.parse(examples?.[0])
  expect(event.type).toBe(eventTypeOf(kind))
  expect(decodeEvent(encodeEvent(event), Date.parse(event.time))).toMatchObject({ ok: true, event: examples?.[0] })
})

test('no two examples are the same event, so that whoever sends them all is counted five times', () => {
  const examples = KINDS.map((kind) => InteractionEventSchema.parse(readSchema(kind).examples?.[0]))
  expect(new Set(examples.map(({ source, id }) => `${source} ${id}`)).size).toBe(KINDS.length)
})

test('each field has a description', () => {
  for (const kind of KINDS) {
    const { properties, $defs } = readSchema(kind)
    const fields = { ...properties, ...properties['data']?.properties, ...$defs }
    const undescribed = Object.entries(fields).filter(([, field]) => !field.$ref && !field.description)
    expect(undescribed).toStrictEqual([])
  }
})

test('a validator that has only the file accepts every valid event, and refuses an unknown field', () => {
  const validate = compile('interaction')
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      expect(validate(event)).toBe(true)
      expect(validate({ ...event, name: 'x' })).toBe(false)
      expect(validate({ ...event, data: { ...event.data, note: 'x' } })).toBe(false)
    }),
  )
})

test.each(KINDS)('the file of %s accepts its own example and no other', (kind) => {
  const validate = compile(kind)
  const accepted = KINDS.filter((other) => validate(readSchema(other).examples?.[0]))
  expect(accepted).toStrictEqual([kind])
})

/** As docs/portals.md says it. */
function compile(name: string): ValidateFunction {
  const ajv = new Ajv2020()
  addFormats.default(ajv)
  return ajv.compile(readSchema(name))
}

type JsonSchema = z.core.JSONSchema.JSONSchema
type SchemaFile = JsonSchema & {
  properties: Record<string, JsonSchema & { properties?: Record<string, JsonSchema> }>
  $defs: Record<string, JsonSchema>
}

function readSchema(name: string): SchemaFile {
  return JSON.parse(files.get(`${name}.schema.json`) ?? '')
}
