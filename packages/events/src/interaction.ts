import type { KnownEvent } from './contract.ts'
import type { Channel, Detail, Kind, Region } from './kinds.ts'
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

/** Flattens an event, of whatever version; `time_ms` is NaN only for a time that the schema refuses. */
export function toInteraction(event: KnownEvent): Interaction {
  const { data } = event
  if ('method' in data) return flatten(event, 'login', data.method, 1)
  if ('modality' in data) return flatten(event, 'telehealth', data.modality, 1)
  if ('direction' in data) return flatten(event, 'message', data.direction, 1)
  if ('prescriptions' in data) return flatten(event, 'refill', '', data.prescriptions)
  return flatten(event, 'lab_view', '', data.results)
}

function flatten(event: KnownEvent, kind: Kind, detail: Detail, quantity: number): Interaction {
  const { id, source, time, subject, data } = event
  const { channel, region } = data
  return { id, source, time_ms: parseTime(time), kind, subject, channel, region, detail, quantity }
}
