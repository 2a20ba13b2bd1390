import type { z } from 'zod'

import type { Contract, KnownEvent } from './contract.ts'
import { type Interaction, toInteraction } from './interaction.ts'
import { nestsDeeperThan } from './nesting.ts'
import type { Reason } from './reasons.ts'
import { CONTRACT, type InteractionEvent } from './schema.ts'
import { TIME_AHEAD_MS_MAX, TIME_MS_MIN } from './time.ts'

/** An event needs under 1 KiB; the rest is room for sources that are long and for JSON that is pretty. */
export const EVENT_BYTES_MAX = 16 * 1024

/** An event nests two deep. What lies between is refused for its fields, which says more than its depth. */
export const DEPTH_MAX = 16

/**
 * An event and its facts, or why there is none.
 *
 * `detail` says where: `data.channel: invalid_value; time: invalid_format`. It is made of the schema's own field paths
 * (`event` for the whole) and of zod's issue codes, never of anything that was in the record, so it may be logged and shown.
 * It is empty for the reasons that precede `not_cloudevent`.
 */
export type Decoded<Event extends KnownEvent = InteractionEvent> =
  | { ok: true; event: Event; interaction: Interaction }
  | Refused

/** Why a value is no event. */
export interface Refused {
  ok: false
  reason: Reason
  detail: string
}

/**
 * Decodes the value of a Kafka record. Never throws, whatever the bytes are.
 *
 * `appendedAt_ms` is the record's timestamp, which the broker set when it appended the record (LogAppendTime). With it in
 * the place of a clock the verdict depends on the log and the contract alone: whoever reads the record again, at any time,
 * decides the same.
 *
 * A value that is wrong in several ways is refused for the first of them in the order of `REASONS`. Of an object's
 * repeated keys the last one counts, as in `JSON.parse`. In the event returned the id is in lower case, and all else is
 * as it was sent.
 */
export function decodeEvent(value: Uint8Array | null, appendedAt_ms: number): Decoded
export function decodeEvent<Event extends KnownEvent>(
  value: Uint8Array | null,
  appendedAt_ms: number,
  contract: Contract<Event>,
): Decoded<Event>
export function decodeEvent(
  value: Uint8Array | null,
  appendedAt_ms: number,
  contract: Contract<KnownEvent> = CONTRACT,
): Decoded<KnownEvent> {
  if (value === null || value.length === 0) return refuse('tombstone')
  if (value.length > EVENT_BYTES_MAX) return refuse('too_large')
  const text = decodeUtf8(value)
  if (text === undefined) return refuse('invalid_utf8')
  if (nestsDeeperThan(DEPTH_MAX, value)) return refuse('too_deep')
  const json = parseJson(text)
  if (json === undefined) return refuse('invalid_json')

  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse('not_cloudevent', 'event: invalid_type')
  }
  const envelope: Envelope = json
  const missing = REQUIRED_ATTRIBUTES.filter((name) => envelope[name] === undefined)
  if (missing.length > 0) {
    return refuse('not_cloudevent', missing.map((name) => `${name}: invalid_type`).join('; '))
  }
  if (envelope.specversion !== '1.0') return refuse('not_cloudevent', 'specversion: invalid_value')
  const definition = contract.definitionOf(envelope.type)
  if (definition === undefined) return refuse('unknown_type', 'type: invalid_value')

  const parsed = definition.schema.safeParse(json)
  if (!parsed.success) return refuseForFields(parsed.error.issues)
  const event = parsed.data
  const interaction = toInteraction(event)
  if (interaction.time_ms < TIME_MS_MIN) return refuse('time_out_of_range', 'time: too_small')
  if (interaction.time_ms > appendedAt_ms + TIME_AHEAD_MS_MAX) return refuse('time_out_of_range', 'time: too_big')
  return { ok: true, event, interaction }
}

/** What CloudEvents 1.0 requires of every event. */
const REQUIRED_ATTRIBUTES = ['specversion', 'id', 'source', 'type'] as const
type Envelope = Partial<Record<(typeof REQUIRED_ATTRIBUTES)[number], unknown>>

/** A byte-order mark is kept, for the JSON parser to refuse: RFC 8259 forbids to send one. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Undefined, which is no JSON value, when `text` is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuseForFields(issues: readonly z.core.$ZodIssue[]): Refused {
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys')
  return unknown.length > 0
    ? refuse('unknown_field', describeIssues(unknown))
    : refuse('invalid_field', describeIssues(issues))
}

/** A strict schema never leads to a key that it does not name, so the paths are the schema's and not the sender's. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, code }) => `${path.join('.') || 'event'}: ${code}`).join('; ')
}

function refuse(reason: Reason, detail = ''): Refused {
  return { ok: false, reason, detail }
}
