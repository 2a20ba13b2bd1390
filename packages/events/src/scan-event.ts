import { Buffer } from 'node:buffer'

import { SOURCE_LENGTH_MAX } from './event-schema.ts'
import type { Facts } from './facts.ts'
import {
  CHANNELS,
  type Detail,
  DETAILS,
  eventTypeOf,
  type Kind,
  KINDS,
  LOGIN_METHODS,
  MESSAGE_DIRECTIONS,
  PRESCRIPTIONS_MAX,
  REGIONS,
  RESULTS_MAX,
  TELEHEALTH_MODALITIES,
} from './kinds.ts'
import { Fixed } from './scan/fixed.ts'
import { scanSubject, scanUuid, SUBJECT_LENGTH, UUID_LENGTH } from './scan/hex.ts'
import { readSource } from './scan/source.ts'
import { readPair, scanTime, TIME_LENGTH } from './scan/time.ts'
import { TIME_AHEAD_MS_MAX, TIME_MS_MIN } from './time.ts'

/**
 * Reads the canonical JSON of an event, as `encodeEvent` writes it, with a time such as `2016-02-29T20:00:00.000Z`. True when
 * `facts` holds what `decodeEvent` finds in the same bytes. False says nothing of them: ask `decodeEvent`, whose verdict
 * is the one that counts.
 *
 * Canonical bytes differ in a few places only. All others are compared with what has to stand there, and nothing is
 * parsed, so it takes a small part of the time of JSON and schema, and allocates nothing.
 *
 * @param view of the same memory as `bytes`
 * @param start where the value begins in `bytes`, and `end` where it ends
 */
export function scanEvent(
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
  appendedAt_ms: number,
  facts: Facts,
): boolean {
  if (end - start < LENGTH_MIN) return false
  let at = start
  if (!BEFORE_ID.stands(view, at)) return false
  at += BEFORE_ID.length
  if (!scanUuid(view, at, facts.id)) return false
  at += UUID_LENGTH
  if (!BEFORE_SOURCE.stands(view, at)) return false
  at += BEFORE_SOURCE.length

  const sourceEnd = endOfText(bytes, at, Math.min(end - LENGTH_AFTER_SOURCE_MIN, at + SOURCE_LENGTH_MAX))
  const source = sourceEnd < 0 ? undefined : readSource(bytes, view, at, sourceEnd)
  if (source === undefined) return false
  at = sourceEnd

  const shape = SHAPES.get(view.getInt32(at + BEFORE_KIND_LENGTH, true))
  if (shape === undefined || end - at < shape.length_min) return false
  if (!shape.beforeTime.stands(view, at)) return false
  at += shape.beforeTime.length
  const time_ms = scanTime(view, at)
  if (!(time_ms >= TIME_MS_MIN && time_ms <= appendedAt_ms + TIME_AHEAD_MS_MAX)) return false
  at += TIME_LENGTH
  if (!BEFORE_SUBJECT.stands(view, at)) return false
  at += BEFORE_SUBJECT.length
  if (!scanSubject(view, at, facts.subject)) return false
  at += SUBJECT_LENGTH

  if (!BEFORE_CHANNEL.stands(view, at)) return false
  at += BEFORE_CHANNEL.length
  const isMobile = MOBILE.stands(view, at)
  if (!isMobile && !WEB.stands(view, at)) return false
  at += isMobile ? MOBILE.length : WEB.length
  const region = REGION_BY_CODE.get(view.getInt16(at, true))
  if (region === undefined) return false
  at += REGION_LENGTH
  if (!shape.scanEnding(view, at, end - at, facts)) return false

  facts.source = source
  facts.time_ms = time_ms
  facts.kind = shape.kind
  facts.channel = isMobile ? CHANNEL_MOBILE : CHANNEL_WEB
  facts.region = region
  return true
}

const REGION_LENGTH = 2
const CHANNEL_WEB = CHANNELS.indexOf('web')
const CHANNEL_MOBILE = CHANNELS.indexOf('mobile')

const BEFORE_ID = new Fixed('{"specversion":"1.0","id":"')
const BEFORE_SOURCE = new Fixed('","source":"')
const BEFORE_KIND_LENGTH = '","type":"org.caretally.'.length
const BEFORE_SUBJECT = new Fixed('","subject":"')
const BEFORE_CHANNEL = new Fixed('","datacontenttype":"application/json","data":{"channel":"')
const WEB = new Fixed('web","region":"')
const MOBILE = new Fixed('mobile","region":"')

/** Whether a value ends, `length` bytes after its region, as those of a kind do; what it says there goes into the facts. */
type ScanEnding = (view: DataView, at: number, length: number, facts: Facts) => boolean

/** What the canonical bytes of a kind look like. */
interface Shape {
  /** In KINDS. */
  kind: number
  /** From the end of the source to the time. */
  beforeTime: Fixed
  scanEnding: ScanEnding
  /** From the end of the source to the end of the value. */
  length_min: number
}

/** A kind that is split by one of a few words, and whose events count one each. */
function wordEnding(field: string, words: readonly Detail[]): ScanEnding {
  const endings = words.map((word) => ({ text: new Fixed(`","${field}":"${word}"}}`), detail: DETAILS.indexOf(word) }))
  return (view, at, length, facts) => {
    for (let index = 0; index < endings.length; index++) {
      const { text, detail } = endings[index]!
      if (text.length !== length || !text.stands(view, at)) continue
      facts.detail = detail
      facts.quantity = 1
      return true
    }
    return false
  }
}

const END = '}}'
const END_BYTES = Buffer.from(END).readUInt16LE(0)
const ZERO = '0'.charCodeAt(0)

/** A kind whose events say how many things they stand for, a number of one or two digits. */
function countEnding(field: string, max: number): ScanEnding {
  const before = new Fixed(`","${field}":`)
  return (view, at, length, facts) => {
    const digits = length - before.length - END.length
    if (digits < 1 || digits > 2 || !before.stands(view, at)) return false
    const digitsAt = at + before.length
    if (view.getUint16(digitsAt + digits, true) !== END_BYTES) return false
    const first = view.getUint8(digitsAt) - ZERO
    if (first < 1 || first > 9) return false
    const quantity = digits === 1 ? first : readPair(view, digitsAt)
    if (quantity > max) return false
    facts.detail = 0
    facts.quantity = quantity
    return true
  }
}

const SCAN_ENDING: Readonly<Record<Kind, ScanEnding>> = {
  login: wordEnding('method', LOGIN_METHODS),
  telehealth: wordEnding('modality', TELEHEALTH_MODALITIES),
  message: wordEnding('direction', MESSAGE_DIRECTIONS),
  refill: countEnding('prescriptions', PRESCRIPTIONS_MAX),
  lab_view: countEnding('results', RESULTS_MAX),
}
/** `","results":1}}`; no ending is shorter. */
const ENDING_LENGTH_MIN = 15

/** By the first four bytes of the kind. */
const SHAPES: ReadonlyMap<number, Shape> = new Map(
  KINDS.map((kind, index) => {
    const beforeTime = new Fixed(`","type":"${eventTypeOf(kind)}","time":"`)
    const length_min =
      beforeTime.length +
      TIME_LENGTH +
      BEFORE_SUBJECT.length +
      SUBJECT_LENGTH +
      BEFORE_CHANNEL.length +
      WEB.length +
      REGION_LENGTH +
      ENDING_LENGTH_MIN
    return [Buffer.from(kind).readInt32LE(0), { kind: index, beforeTime, scanEnding: SCAN_ENDING[kind], length_min }]
  }),
)

/** By the two bytes of its code, the index of a region in REGIONS. */
const REGION_BY_CODE: ReadonlyMap<number, number> = new Map(
  REGIONS.map((region, index) => [Buffer.from(region).readInt16LE(0), index]),
)

const LENGTH_AFTER_SOURCE_MIN = Math.min(...[...SHAPES.values()].map(({ length_min }) => length_min))
const LENGTH_MIN = BEFORE_ID.length + UUID_LENGTH + BEFORE_SOURCE.length + LENGTH_AFTER_SOURCE_MIN

const QUOTE = '"'.charCodeAt(0)

/** Where the quotation mark is that ends a text which begins at `at`; -1 when there is none up to `last`. */
function endOfText(bytes: Buffer, at: number, last: number): number {
  for (let index = at; index <= last; index++) if (bytes[index] === QUOTE) return index
  return -1
}
