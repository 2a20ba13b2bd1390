import { Buffer } from 'node:buffer'

import { expect, test } from 'vitest'

import { decodeEvent } from './decode.ts'
import { EventReader } from './event-reader.ts'
import { eventTypeOf, KINDS } from './kinds.ts'
import { renderSchemaFiles } from './json-schema.ts'
import { CONTRACT, InteractionEventSchema } from './schema.ts'
import { NEXT_CONTRACT } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

const visit = {
  specversion: '1.0',
  id: '019535d9-3df8-7c41-9a3e-5d0be2f4c716',
  source: '/portal/mobile-app',
  type: 'org.caretally.telehealth.v2',
  time: '2025-02-24T17:30:00.250Z',
  subject: '00112233445566778899aabbccddeeff',
  datacontenttype: 'application/json',
  data: { channel: 'mobile', region: 'CA', modality: 'video' },
}
const encode = (event: object) => Buffer.from(JSON.stringify(event))
const longVisit = encode({ ...visit, data: { ...visit.data, minutes: 20 } })

test('each kind has a first version, and each version a type of its own that leads back to it', () => {
  const types = CONTRACT.definitions.map(({ kind, version }) => eventTypeOf(kind, version))
  expect(types).toEqual(expect.arrayContaining(KINDS.map((kind) => `org.caretally.${kind}.v1`)))
  expect(new Set(types).size).toBe(types.length)
  for (const definition of CONTRACT.definitions) {
    expect(CONTRACT.definitionOf(eventTypeOf(definition.kind, definition.version))).toBe(definition)
  }
})

test('the schema of any event has each type of the contract, and no other', () => {
  expect(InteractionEventSchema.options).toStrictEqual(CONTRACT.definitions.map(({ schema }) => schema))
})

test('every contract up to this one has added a type', () => {
  const since = new Set(CONTRACT.definitions.map((definition) => definition.since))
  expect(since).toStrictEqual(new Set(Array.from({ length: CONTRACT.number }, (_, index) => index + 1)))
})

test.each(['org.caretally.login.v9', 'org.caretally.login', 'login', 'constructor', '', null, 1, {}])(
  'type %j stands for nothing',
  (type) => {
    expect(CONTRACT.definitionOf(type)).toBeUndefined()
  },
)

test('an event of a later version is unknown to this contract, and the same interaction as ever to the later one', () => {
  expect(decodeEvent(longVisit, APPENDED_AT_MS)).toMatchObject({ ok: false, reason: 'unknown_type' })
  const first = decodeEvent(encode({ ...visit, type: 'org.caretally.telehealth.v1' }), APPENDED_AT_MS)
  for (const value of [longVisit, encode(visit)]) {
    const later = decodeEvent(value, APPENDED_AT_MS, NEXT_CONTRACT)
    expect(later).toMatchObject({ ok: true, event: { type: visit.type } })
    expect(later.ok && later.interaction).toStrictEqual(first.ok && first.interaction)
  }
  const tooLong = encode({ ...visit, data: { ...visit.data, minutes: 0 } })
  expect(decodeEvent(tooLong, APPENDED_AT_MS, NEXT_CONTRACT)).toMatchObject({ ok: false, reason: 'invalid_field' })
})

test('the first version stays as strict as it was', () => {
  const value = encode({ ...visit, type: 'org.caretally.telehealth.v1', data: { ...visit.data, minutes: 20 } })
  for (const contract of [CONTRACT, NEXT_CONTRACT]) {
    expect(decodeEvent(value, APPENDED_AT_MS, contract)).toMatchObject({ ok: false, reason: 'unknown_field' })
  }
})

test('a reader of the later contract judges by an earlier one when it is told to, and goes back', () => {
  const reader = new EventReader(NEXT_CONTRACT)
  const view = new DataView(longVisit.buffer, longVisit.byteOffset, longVisit.length)
  const read = () => reader.read(longVisit, view, 0, longVisit.length, APPENDED_AT_MS)?.reason
  expect(read()).toBeUndefined()
  reader.judgeBy(CONTRACT.number)
  expect(read()).toBe('unknown_type')
  reader.judgeBy()
  expect(read()).toBeUndefined()
})

test('a later version has a file of its own, and leaves those of the first ones as they are', () => {
  const later = renderSchemaFiles(NEXT_CONTRACT)
  expect(later.get('telehealth.v2.schema.json')).toContain('urn:caretally:event:telehealth:v2')
  for (const [name, text] of renderSchemaFiles()) expect(later.get(name)).toBe(text)
})
