import { z } from 'zod'

import { describeTopic, OVERVIEW, RECEIVE, SEND } from './asyncapi-text.ts'
import { SubjectSchema } from './event-schema.ts'
import type { Contract, EventDefinition, KnownEvent } from './contract.ts'
import { nameOf } from './json-schema.ts'
import { eventTypeOf } from './kinds.ts'
import { CONTRACT, RegionSchema } from './schema.ts'
import { TOPIC, type TopicSettings } from './topic-settings.ts'

/** The media type of an event that is whole in the value of a record: the structured mode of CloudEvents. */
const CONTENT_TYPE = 'application/cloudevents+json'
const KAFKA_BINDING = '0.5.0'
const DAY_MS = 86_400_000

/**
 * The AsyncAPI 3.0 document of the topic, for portal engineers and their tools. It stands alone: the schemas of the events
 * are in it, in the dialect of AsyncAPI (JSON Schema draft 7), and every reference is to a place within it.
 */
export function renderAsyncApi(settings: TopicSettings, contract: Contract<KnownEvent> = CONTRACT): string {
  const schemas = describeSchemas(contract)
  const byName = <Value>(valueOf: (name: string, definition: EventDefinition) => Value): Record<string, Value> =>
    Object.fromEntries(
      contract.definitions.map((definition) => [nameOf(definition), valueOf(nameOf(definition), definition)]),
    )
  const document = {
    asyncapi: '3.0.0',
    id: 'urn:caretally:interactions:v1',
    info: { title: 'Portal interactions', version: '1.0.0', description: OVERVIEW },
    defaultContentType: CONTENT_TYPE,
    servers: SERVERS,
    channels: {
      interactions: describeChannel(
        settings,
        byName((name) => reference('messages', name)),
      ),
    },
    operations: describeOperations(contract.definitions.map(nameOf)),
    components: {
      schemas: { ...schemas, headers: HEADERS },
      messages: byName((name, definition) => describeMessage(name, definition, schemas[name])),
      // Spelt out: the specification's own schema takes a reference here for two things at once, and refuses it.
      messageBindings: { event: { kafka: { key: schemas['subject'], bindingVersion: KAFKA_BINDING } } },
      serverVariables: SERVER_VARIABLES,
      securitySchemes: SECURITY_SCHEMES,
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** The schemas of the events, and those that they share, by name. */
function describeSchemas({ definitions }: Contract<KnownEvent>): Record<string, z.core.JSONSchema.BaseSchema> {
  const registry = z.registry<{ id: string }>()
  for (const definition of definitions) registry.add(definition.schema, { id: nameOf(definition) })
  registry.add(SubjectSchema, { id: 'subject' })
  registry.add(RegionSchema, { id: 'region' })
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    target: 'draft-7',
    uri: (name) => reference('schemas', name).$ref,
  })
  for (const schema of Object.values(schemas)) {
    delete schema.$schema // inside a document a schema has no dialect and no address of its own
    delete schema.$id
  }
  return schemas
}

function describeMessage(
  name: string,
  { kind, version }: EventDefinition,
  schema: z.core.JSONSchema.BaseSchema | undefined,
) {
  return {
    name: eventTypeOf(kind, version),
    title: schema?.title,
    summary: schema?.description,
    contentType: CONTENT_TYPE,
    headers: reference('schemas', 'headers'),
    payload: reference('schemas', name),
    bindings: reference('messageBindings', 'event'),
    examples: schema?.examples?.map((payload) => ({ name, payload })),
  }
}

function describeChannel(settings: TopicSettings, messages: Record<string, { $ref: string }>) {
  const { partitions, replicationFactor, minInsyncReplicas } = settings.cluster
  return {
    address: TOPIC,
    title: 'Interactions',
    description: describeTopic(settings),
    messages,
    bindings: {
      kafka: {
        topic: TOPIC,
        partitions,
        replicas: replicationFactor,
        topicConfiguration: {
          'cleanup.policy': ['delete'],
          'compression.type': 'lz4',
          'message.timestamp.type': 'LogAppendTime',
          'min.insync.replicas': minInsyncReplicas,
          'retention.ms': settings.retentionDays * DAY_MS,
        },
        bindingVersion: KAFKA_BINDING,
      },
    },
  }
}

function describeOperations(messages: readonly string[]) {
  const channel = {
    channel: { $ref: '#/channels/interactions' },
    messages: messages.map((name) => ({ $ref: `#/channels/interactions/messages/${name}` })),
  }
  return {
    emitInteraction: { action: 'send', title: 'A portal emits an event', description: SEND, ...channel },
    countInteractions: {
      action: 'receive',
      title: 'The consumer counts events',
      description: RECEIVE,
      ...channel,
      bindings: {
        kafka: { groupId: { type: 'string', const: 'caretally.consumer' }, bindingVersion: KAFKA_BINDING },
      },
    },
  }
}

const HEADERS = {
  type: 'object',
  description:
    'No header is needed, and none is read. They are kept with a dead letter, so nothing about a person may be in them.',
  properties: {
    'content-type': {
      type: 'string',
      description: 'What the Kafka binding of CloudEvents calls the structured mode, for other readers of the topic.',
      examples: [`${CONTENT_TYPE}; charset=UTF-8`],
    },
  },
}

const SERVER_VARIABLES = {
  host: { default: 'localhost', description: 'Any broker of the cluster; it names the others.' },
  port: { default: '9092', description: 'The port of its listener for portals.' },
}

const SECURITY_SCHEMES = {
  scramSha512: { type: 'scramSha512', description: 'SASL/SCRAM-SHA-512.' },
  scramSha256: { type: 'scramSha256', description: 'SASL/SCRAM-SHA-256.' },
  plain: { type: 'plain', description: 'SASL/PLAIN.' },
}

const BROKER = {
  host: '{host}:{port}',
  variables: { host: reference('serverVariables', 'host'), port: reference('serverVariables', 'port') },
}

const SERVERS = {
  open: { ...BROKER, protocol: 'kafka', description: 'Without TLS and passwords, as `npm run up` starts it.' },
  secured: {
    ...BROKER,
    protocol: 'kafka-secure',
    description: 'With TLS, and one of these ways to log in.',
    security: Object.keys(SECURITY_SCHEMES).map((name) => reference('securitySchemes', name)),
  },
}

function reference(component: string, name: string) {
  return { $ref: `#/components/${component}/${name}` }
}
