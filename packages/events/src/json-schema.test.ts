import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'

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
  const validator = z.fromJSONSchema(readSchema('interaction'))
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      expect(validator.safeParse(event).success).toBe(true)
      expect(validator.safeParse({ ...event, name: 'x' }).success).toBe(false)
      expect(validator.safeParse({ ...event, data: { ...event.data, note: 'x' } }).success).toBe(false)
    }),
  )
})

type JsonSchema = z.core.JSONSchema.JSONSchema
type SchemaFile = JsonSchema & {
  properties: Record<string, JsonSchema & { properties?: Record<string, JsonSchema> }>
  $defs: Record<string, JsonSchema>
}

function readSchema(name: string): SchemaFile {
  return JSON.parse(files.get(`${name}.schema.json`) ?? '')
}
