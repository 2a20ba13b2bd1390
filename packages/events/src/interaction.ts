import type { Channel, Detail, Kind, Region } from './kinds.ts'
import type { InteractionEvent } from './schema.ts'
import { parseTime } from './time.ts'

/** The facts of an event that are stored and counted, flat. */
export interface Interaction {
  /** UUID in lower case, unique within `source`. */
  id: string
  source: string
  /** When it happened, in epoch milliseconds. */
  time_ms: number
  kind: Kind
  /** The member's pseudonym: 32 hex characters in lower case. */
  subject: string
  channel: Channel
  region: Region
  /** A login's method, a telehealth visit's modality or a message's direction; empty for the other kinds. */
  detail: Detail
  /** The prescriptions of a refill or the results of a lab view; 1 for the other kinds. */
  quantity: number
}

/** Flattens an event; `time_ms` is NaN only for a time that the schema refuses. */
export function toInteraction(event: InteractionEvent): Interaction {
  if (event.type === 'org.caretally.login.v1') return flatten(event, 'login', event.data.method, 1)
  if (event.type === 'org.caretally.telehealth.v1') return flatten(event, 'telehealth', event.data.modality, 1)
  if (event.type === 'org.caretally.message.v1') return flatten(event, 'message', event.data.direction, 1)
  if (event.type === 'org.caretally.refill.v1') return flatten(event, 'refill', '', event.data.prescriptions)
  return flatten(event, 'lab_view', '', event.data.results)
}

function flatten(event: InteractionEvent, kind: Kind, detail: Detail, quantity: number): Interaction {
  const { id, source, time, subject, data } = event
  const { channel, region } = data
  return { id, source, time_ms: parseTime(time), kind, subject, channel, region, detail, quantity }
}
