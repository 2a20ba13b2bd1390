/** For the tests of this package and of others: the events that the contract allows, and those that a later one will. Needs fast-check. */
import fc from 'fast-check'
import { z } from 'zod'

import { Contract, type KnownEvent } from './contract.ts'
import { eventSchema, SOURCE_LENGTH_MAX } from './event-schema.ts'
import {
  CHANNELS,
  eventTypeOf,
  LOGIN_METHODS,
  MESSAGE_DIRECTIONS,
  PRESCRIPTIONS_MAX,
  REGIONS,
  RESULTS_MAX,
  TELEHEALTH_MODALITIES,
} from './kinds.ts'
import { CONTRACT, type InteractionEvent, TelehealthEventSchema } from './schema.ts'
import { TIME_MS_MIN } from './time.ts'

/**
 * Any valid event, with the id in lower case as `decodeEvent` leaves it. Its time is from 2000 to `time_ms_max`, in any
 * offset and with up to nine digits of fraction.
 */
export function arbitraryEvent(time_ms_max: number = Date.UTC(2030, 0, 1)): fc.Arbitrary<InteractionEvent> {
  const attributes = fc.record({
    specversion: fc.constant('1.0' as const),
    id: fc.uuid(),
    source: arbitrarySource(),
    time: arbitraryTime(time_ms_max),
    subject: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 32, maxLength: 32 }),
    datacontenttype: fc.constant('application/json' as const),
  })
  return fc.tuple(attributes, arbitraryPayload()).map(([shared, payload]) => ({ ...shared, ...payload }))
}

function arbitraryPayload() {
  const context = { channel: fc.constantFrom(...CHANNELS), region: fc.constantFrom(...REGIONS) }
  return fc.oneof(
    payloadOf(eventTypeOf('login'), { ...context, method: fc.constantFrom(...LOGIN_METHODS) }),
    payloadOf(eventTypeOf('telehealth'), { ...context, modality: fc.constantFrom(...TELEHEALTH_MODALITIES) }),
    payloadOf(eventTypeOf('message'), { ...context, direction: fc.constantFrom(...MESSAGE_DIRECTIONS) }),
    payloadOf(eventTypeOf('refill'), { ...context, prescriptions: fc.integer({ min: 1, max: PRESCRIPTIONS_MAX }) }),
    payloadOf(eventTypeOf('lab_view'), { ...context, results: fc.integer({ min: 1, max: RESULTS_MAX }) }),
  )
}

function payloadOf<Type, Data>(type: Type, data: { [Field in keyof Data]: fc.Arbitrary<Data[Field]> }) {
  return fc.record({ type: fc.constant(type), data: fc.record(data, { noNullPrototype: true }) })
}

/** Sources such as portals have, and any other URI reference. */
function arbitrarySource(): fc.Arbitrary<string> {
  const character = fc.constantFrom(..."abcXYZ0189-._~:/?#[]@!$&'()*+,;=".split(''), '%2F', '%e2')
  const any = fc
    .string({ unit: character, minLength: 1, maxLength: SOURCE_LENGTH_MAX })
    .filter((source) => source.length <= SOURCE_LENGTH_MAX)
  return fc.oneof(fc.constantFrom('/portal/web', '/portal/mobile-app', 'https://portal.example/app'), any)
}

/** An instant from 2000 to `time_ms_max`, written in any offset; more digits than the millisecond's lie within it. */
function arbitraryTime(time_ms_max: number): fc.Arbitrary<string> {
  const offset = fc.oneof(fc.constant('Z'), fc.integer({ min: -1439, max: 1439 }).map(formatOffset))
  const second = fc.integer({ min: TIME_MS_MIN / 1000, max: Math.floor(time_ms_max / 1000) - 1 })
  const fraction = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), maxLength: 9 })
  return fc.tuple(second, fraction, offset).map(([seconds, digits, zone]) => {
    const local = new Date((seconds + offsetSeconds(zone)) * 1000).toISOString().slice(0, 19)
    return `${local}${digits && `.${digits}`}${zone}`
  })
}

function formatOffset(minutes: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  const distance = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(distance / 60))}:${twoDigits(distance % 60)}`
}

function offsetSeconds(zone: string): number {
  if (zone === 'Z') return 0
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4)) * 60
  return zone.startsWith('-') ? -seconds : seconds
}

/** A later version of telehealth visits, as somebody may write it: with one more field, which is optional. */
const LaterTelehealthEventSchema = eventSchema('telehealth', {
  version: 2,
  title: 'Telehealth visit, with its length',
  description: 'A patient has had a visit with a provider at a distance.',
  data: TelehealthEventSchema.shape.data.extend({
    minutes: z.int().min(1).max(1_440).optional().describe('How long it took, in whole minutes begun.'),
  }),
  example: { id: '019535d9-3dfc-7a15-9d02-6b1f4e8c73d0', data: { modality: 'video', minutes: 20 } },
})

/** The contract that comes after this one: it has one type more. */
export const NEXT_CONTRACT = new Contract<KnownEvent>([
  ...CONTRACT.definitions,
  { kind: 'telehealth', version: 2, since: CONTRACT.number + 1, schema: LaterTelehealthEventSchema },
])
