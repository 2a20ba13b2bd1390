import { Buffer } from 'node:buffer'

import specifications from '@asyncapi/specs'
import { Ajv, type SchemaObject } from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FOUND_BY_SCHEMA } from './asyncapi-text.ts'
import { renderAsyncApi } from './asyncapi.ts'
import { decodeEvent, EVENT_BYTES_MAX } from './decode.ts'
import { eventTypeOf, type Kind, KINDS } from './kinds.ts'
import type { Reason } from './reasons.ts'
import { CONTRACT, type InteractionEvent, InteractionEventSchema } from './schema.ts'
import { arbitraryEvent, NEXT_CONTRACT } from './testing.ts'
import type { TopicSettings } from './topic-settings.ts'

const DAY_MS = 86_400_000

const settings: TopicSettings = {
  retentionDays: 3,
  single: { partitions: 2, replicationFactor: 1, minInsyncReplicas: 1 },
  cluster: { partitions: 24, replicationFactor: 5, minInsyncReplicas: 4 },
}
const document: AsyncApi = JSON.parse(renderAsyncApi(settings))
const { channels, components, operations } = document
const examples = KINDS.flatMap((kind) => components.messages[kind]?.examples ?? []).map(({ payload }) =>
  InteractionEventSchema.parse(payload),
)

const ajv = new Ajv({ strict: false }).addSchema({ components }, 'asyncapi.json')
addFormats.default(ajv)

test('the document is valid AsyncAPI 3.0, by the schema of the specification', () => {
  const validateDocument = compileSpecification()
  validateDocument(document)
  expect(validateDocument.errors).toBeNull()
})

test('the document stands alone: each reference leads to a place within it', () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)
  const paths = new Set([...references].map(([, path = '']) => path))
  expect(paths.size).toBeGreaterThan(0)
  expect([...paths].filter((path) => lookUp(path) === undefined)).toStrictEqual([])
})

test('a message is there for each kind, and both operations have them all', () => {
  expect(Object.values(components.messages).map(({ name }) => name)).toStrictEqual(
    KINDS.map((kind) => eventTypeOf(kind)),
  )
  for (const { messages } of Object.values(operations)) {
    expect(messages.map(({ $ref }) => $ref)).toStrictEqual(
      KINDS.map((kind) => `#/channels/interactions/messages/${kind}`),
    )
  }
})

test('a later version of a kind is a message of its own, beside the first one', () => {
  const later: AsyncApi = JSON.parse(renderAsyncApi(settings, NEXT_CONTRACT))
  const validateDocument = compileSpecification()
  validateDocument(later)
  expect(validateDocument.errors).toBeNull()
  expect(Object.keys(later.components.messages)).toStrictEqual([...KINDS, 'telehealth.v2'])
  expect(later.components.messages['telehealth.v2']).toMatchObject({ name: 'org.caretally.telehealth.v2' })
  expect(later.components.messages['telehealth']).toStrictEqual(components.messages['telehealth'])
})

test('the channel has the settings that the topic is made with', () => {
  const { bindings, description } = channels.interactions
  expect(bindings.kafka).toMatchObject({ partitions: 24, replicas: 5 })
  expect(bindings.kafka.topicConfiguration).toMatchObject({ 'min.insync.replicas': 4, 'retention.ms': 3 * DAY_MS })
  expect(description).toContain('24 partitions with 5 replicas, of which 4')
  expect(description).toContain('kept for 3 days')
})

test.each(KINDS)('the example of %s is an event of this kind that decodes', (kind) => {
  const events = examples.filter((event) => kindOf(event) === kind)
  expect(events).toHaveLength(1)
  for (const event of events) expect(decode(JSON.stringify(event), event)).toMatchObject({ ok: true, event })
})

/** For each reason a way to make any event into a value that is refused for it. */
const SPOILT: Record<Reason, (event: InteractionEvent) => Buffer | string | null> = {
  tombstone: () => null,
  too_large: (event) => JSON.stringify(event).padEnd(EVENT_BYTES_MAX + 1),
  invalid_utf8: (event) => Buffer.from(JSON.stringify({ ...event, source: '/portal/é' }), 'latin1'),
  too_deep: (event) => JSON.stringify({ ...event, data: [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]] }),
  invalid_json: (event) => JSON.stringify(event).slice(0, -1),
  not_cloudevent: (event) => JSON.stringify({ ...event, id: undefined }),
  unknown_type: (event) => JSON.stringify({ ...event, type: event.type.replace('v1', 'v2') }),
  unknown_field: (event) => JSON.stringify({ ...event, data: { ...event.data, note: 'x' } }),
  invalid_field: (event) => JSON.stringify({ ...event, data: { channel: 'web', region: 'CA' } }),
  time_out_of_range: (event) => JSON.stringify({ ...event, time: '1999-12-31T23:59:59Z' }),
}

test.each(examples)('the example of $type, once spoilt, is refused for a reason that the document names', (event) => {
  for (const [reason, spoil] of Object.entries(SPOILT)) {
    expect(decode(spoil(event), event)).toMatchObject({ ok: false, reason })
    expect(operations['countInteractions']?.description).toContain(`| \`${reason}\` |`)
  }
})

test('a validator with the schemas of the document accepts every valid event', () => {
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      expect(validate(event, event)).toBe(true)
    }),
  )
})

test.each(examples)('a validator finds in the example of $type what the document says that it finds', (event) => {
  const isFound = (reason: Reason) => !validate(JSON.parse(String(SPOILT[reason](event))), event)
  expect(FOUND_BY_SCHEMA.filter(isFound)).toStrictEqual([...FOUND_BY_SCHEMA])
  expect(isFound('too_large')).toBe(false)
  expect(isFound('time_out_of_range')).toBe(false)
})

/** The schema of AsyncAPI 3.0 itself. */
function compileSpecification() {
  return ajv.compile({ ...specifications.schemasWithoutId['3.0.0'] } as SchemaObject)
}

interface Message {
  name: string
  examples: { payload: unknown }[]
}

interface AsyncApi {
  channels: {
    interactions: {
      description: string
      bindings: { kafka: { topicConfiguration: Record<string, unknown> } }
    }
  }
  operations: Record<string, { description: string; messages: { $ref: string }[] }>
  components: { messages: Record<string, Message> }
}

function decode(value: Buffer | string | null, { time }: InteractionEvent) {
  return decodeEvent(typeof value === 'string' ? Buffer.from(value) : value, Date.parse(time))
}

function kindOf({ type }: InteractionEvent): Kind | undefined {
  return CONTRACT.definitionOf(type)?.kind
}

/** Whether a value is what the document says of an event's kind. */
function validate(value: unknown, event: InteractionEvent): boolean {
  return ajv.validate(`asyncapi.json#/components/schemas/${kindOf(event)}`, value)
}

/** What a JSON pointer such as `#/components/schemas/login` leads to. */
function lookUp(path: string): unknown {
  const names = path.split('/').slice(1)
  return names.reduce<unknown>((value, name) => Object(value)[name], document)
}
