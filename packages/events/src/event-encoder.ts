import { Buffer } from 'node:buffer'

import { encodeEvent } from './encode.ts'
import type { InteractionEvent } from './schema.ts'

/** Values are views of memory that is taken so much at a time: a buffer for each would cost more than its making. */
const SLAB_BYTES = 1024 * 1024
/** So many sorts are remembered. Portals have a few hundred; whoever brings more makes us encode them anew. */
const TEMPLATES_MAX = 10_000

const ID_LENGTH = 36
const TIME_LENGTH = '2016-02-29T20:00:00.000Z'.length
const SUBJECT_LENGTH = 32
const ID_AT = '{"specversion":"1.0","id":"'.length
const BEFORE_TIME = '","time":"'
const BEFORE_SUBJECT_LENGTH = '","subject":"'.length

/** The bytes of an event, and where in them is what another event of its sort has not. */
interface Template {
  bytes: Buffer
  timeAt: number
  subjectAt: number
}

/** Of the events whose fields so far are the same. */
interface Sort {
  byField: Map<string | number, Sort>
  template: Template | undefined
}

/**
 * The function that gives the bytes of `encodeEvent` for one event after the other, at a fraction of its cost: what the events
 * of a sort have in common is encoded once and then copied. An event whose id, time and subject have other lengths than
 * those of our producers goes the slower way.
 */
export function createEventEncoder(): (event: InteractionEvent) => Buffer {
  let all = createSort()
  let count = 0
  let slab = Buffer.alloc(0)
  let used = 0

  function templateOf(event: InteractionEvent): Template {
    const { source, type, data } = event
    const sort = narrow(narrow(narrow(narrow(narrow(all, source), type), data.region), data.channel), detailOf(event))
    if (sort.template !== undefined) return sort.template
    if (count === TEMPLATES_MAX) {
      all = createSort()
      count = 0
    }
    count += 1
    sort.template = createTemplate(event)
    return sort.template
  }

  return (event) => {
    const { id, time, subject } = event
    if (id.length !== ID_LENGTH || time.length !== TIME_LENGTH || subject.length !== SUBJECT_LENGTH) {
      return encodeEvent(event)
    }
    const { bytes, timeAt, subjectAt } = templateOf(event)
    if (used + bytes.length > slab.length) {
      slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes.length))
      used = 0
    }
    const at = used
    slab.set(bytes, at)
    const isPlain =
      writePlain(id, slab, at + ID_AT) &&
      writePlain(time, slab, at + timeAt) &&
      writePlain(subject, slab, at + subjectAt)
    if (!isPlain) return encodeEvent(event)
    used += bytes.length
    return slab.subarray(at, used)
  }
}

function createSort(): Sort {
  return { byField: new Map(), template: undefined }
}

function narrow({ byField }: Sort, field: string | number): Sort {
  const known = byField.get(field)
  if (known !== undefined) return known
  const sort = createSort()
  byField.set(field, sort)
  return sort
}

/** The value of the one field of `data` that only this kind has. */
function detailOf(event: InteractionEvent): string | number {
  if (event.type === 'org.caretally.login.v1') return event.data.method
  if (event.type === 'org.caretally.telehealth.v1') return event.data.modality
  if (event.type === 'org.caretally.message.v1') return event.data.direction
  if (event.type === 'org.caretally.refill.v1') return event.data.prescriptions
  return event.data.results
}

function createTemplate(event: InteractionEvent): Template {
  const plain = { id: '-'.repeat(ID_LENGTH), time: '-'.repeat(TIME_LENGTH), subject: '-'.repeat(SUBJECT_LENGTH) }
  const bytes = encodeEvent({ ...event, ...plain })
  // a quotation mark inside a value has a backslash before it, so this is found nowhere else
  const timeAt = bytes.indexOf(BEFORE_TIME) + BEFORE_TIME.length
  return { bytes, timeAt, subjectAt: timeAt + TIME_LENGTH + BEFORE_SUBJECT_LENGTH }
}

const SPACE = ' '.charCodeAt(0)
const QUOTE = '"'.charCodeAt(0)
const BACKSLASH = '\\'.charCodeAt(0)
const TILDE = '~'.charCodeAt(0)

/** Writes a text of printable ASCII that JSON does not escape; false when it is another one. */
function writePlain(text: string, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return false
    bytes[at + index] = code
  }
  return true
}
