import { Buffer } from 'node:buffer'

import type { InteractionEvent } from './schema.ts'

/**
 * The canonical JSON of an event, in UTF-8: the fields in the order of the contract, no spaces. Equal events have equal
 * bytes, and `decodeEvent` gives the event back. A field that the contract does not name is left out.
 */
export function encodeEvent(event: InteractionEvent): Buffer {
  const { specversion, id, source, type, time, subject, datacontenttype } = event
  const data = orderData(event)
  return Buffer.from(JSON.stringify({ specversion, id, source, type, time, subject, datacontenttype, data }))
}

function orderData(event: InteractionEvent): InteractionEvent['data'] {
  const { channel, region } = event.data
  if (event.type === 'org.caretally.login.v1') return { channel, region, method: event.data.method }
  if (event.type === 'org.caretally.telehealth.v1') return { channel, region, modality: event.data.modality }
  if (event.type === 'org.caretally.message.v1') return { channel, region, direction: event.data.direction }
  if (event.type === 'org.caretally.refill.v1') return { channel, region, prescriptions: event.data.prescriptions }
  return { channel, region, results: event.data.results }
}
