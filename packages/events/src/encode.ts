import { Buffer } from 'node:buffer'

import type { InteractionEvent } from './schema.ts'

/**
 * The canonical JSON of an event, in UTF-8: the fields in the order of the contract, no spaces. Equal events have equal
 * bytes, and `decodeEvent` gives the event back. A field that the contract does not name is left out.
 */
export function encodeEvent(event: InteractionEvent): Buffer {
  const { specversion, id, source, type, time, subject, datacontenttype, data } = event
  return Buffer.from(
    `{"specversion":"${specversion}","id":${quote(id)},"source":${quote(source)},"type":"${type}",` +
      `"time":${quote(time)},"subject":${quote(subject)},"datacontenttype":"${datacontenttype}",` +
      `"data":{"channel":"${data.channel}","region":"${data.region}",${encodeDetail(event)}}}`,
  )
}

/** The field of `data` that only this kind has. */
function encodeDetail(event: InteractionEvent): string {
  if (event.type === 'org.caretally.login.v1') return `"method":"${event.data.method}"`
  if (event.type === 'org.caretally.telehealth.v1') return `"modality":"${event.data.modality}"`
  if (event.type === 'org.caretally.message.v1') return `"direction":"${event.data.direction}"`
  if (event.type === 'org.caretally.refill.v1') return `"prescriptions":${event.data.prescriptions}`
  return `"results":${event.data.results}`
}

/** Printable ASCII without what JSON escapes. */
const PLAIN = /^[ !#-[\]-~]*$/

/** `JSON.stringify` of a text, at a fraction of its cost for what the fields of an event are. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
