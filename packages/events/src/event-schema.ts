import { z } from 'zod'

import { eventTypeOf, type Kind } from './kinds.ts'
import { parseTime, TIME_PATTERN } from './time.ts'

export const SOURCE_LENGTH_MAX = 256

/** The characters of RFC 3986, percent-encoded bytes included: no space, no control character, no other script. */
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

/** Whether a text is a source, by the rules of the schema below. */
export function isSource(text: string): boolean {
  return text.length <= SOURCE_LENGTH_MAX && URI_REFERENCE.test(text)
}

export const SubjectSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe('The pseudonym of the member: 32 hex characters in lower case. Never a member id.')

/** What CloudEvents 1.0 gives every event, `type` and `data` apart. */
const attributes = {
  specversion: z.literal('1.0').describe('The version of CloudEvents.'),
  id: z
    .guid()
    .toLowerCase()
    .describe('A UUID, unique within the source. Send the same id when you send the same event again.'),
  source: z
    .string()
    .max(SOURCE_LENGTH_MAX)
    .regex(URI_REFERENCE)
    .describe('The program that emits the event, as a URI reference such as /portal/mobile-app.'),
  time: z
    .stringFormat('date-time', (text) => !Number.isNaN(parseTime(text)))
    .meta({
      pattern: TIME_PATTERN.source,
      description:
        'When it happened: RFC 3339 with a time zone, from 2000-01-01T00:00:00Z to 24 hours after Kafka takes the event. ' +
        'Digits beyond the millisecond are ignored.',
    }),
  subject: SubjectSchema,
  datacontenttype: z.literal('application/json').describe('The media type of data.'),
}

interface EventExample {
  /** One of its own: events of one source that share an id are one event. */
  id: string
  /** What its data has beside channel and region. */
  data: Readonly<Record<string, string | number>>
}

interface EventParts<Data extends z.ZodType, Version extends number> {
  version: Version
  title: string
  description: string
  data: Data
  example: EventExample
}

/** The strict schema of a kind's events in one version: CloudEvents 1.0 in structured JSON, with `data` as its payload. */
export function eventSchema<K extends Kind, Data extends z.ZodType, Version extends number>(
  kind: K,
  parts: EventParts<Data, Version>,
) {
  const { version, title, description, data, example } = parts
  const type = eventTypeOf(kind, version)
  const exampleEvent = {
    specversion: '1.0',
    id: example.id,
    source: '/portal/mobile-app',
    type,
    time: '2025-02-24T09:30:00.250-08:00',
    subject: '00112233445566778899aabbccddeeff',
    datacontenttype: 'application/json',
    data: { channel: 'mobile', region: 'CA', ...example.data },
  }
  const { specversion, id, source, time, subject, datacontenttype } = attributes
  return z
    .strictObject({
      specversion,
      id,
      source,
      type: z.literal(type).describe('The kind of the event, and the version of its schema.'),
      time,
      subject,
      datacontenttype,
      data: data.describe('What happened.'),
    })
    .register(z.globalRegistry, { title, description, examples: [exampleEvent] })
}
