import { createHash } from 'node:crypto'

import type { OutgoingRecord } from '@caretally/kafka'
import {
  createPlan,
  createPseudonyms,
  datesBetween,
  dayIn,
  generateDay,
  kaiserScenario,
  type PlannedRecord,
} from '@caretally/producers'

export const TIME_ZONE = 'America/Los_Angeles'

/** A record of the stream, and what has to become of it. */
export interface StreamRecord extends OutgoingRecord {
  /** Undefined for a record that is no event, or that repeats one. */
  event: PlannedRecord | undefined
  isMalformed: boolean
}

export interface StreamOptions {
  events: number
  seed?: number
  from?: string
  /** Repetitions for each hundred events: half of them right behind the event, half of them `far` events later. */
  duplicates_percent?: number
  /** How many events later a far repetition comes. */
  far?: number
  malformed_percent?: number
}

/** Members of the stream are nobody's, so the key need not be a secret. */
const PSEUDONYM_KEY = { version: 1, secret: createHash('sha256').update('fault suite').digest() }
const SCALE = 400

/**
 * So many events of the `kaiser` scenario, with repetitions and malformed records among them. The same options give the
 * same stream.
 */
export function* createStream(options: StreamOptions): Generator<StreamRecord> {
  const { events, seed = 1, far = 1_000, duplicates_percent = 0, malformed_percent = 0, from } = options
  const isDue = (index: number, percent: number) =>
    Math.floor(((index + 1) * percent) / 100) > Math.floor((index * percent) / 100)
  const later: { at: number; record: PlannedRecord }[] = []
  let index = 0
  let repeated = 0
  for (const record of plannedRecords(seed, from)) {
    if (index === events) return
    yield { key: record.key, value: record.value, event: record, isMalformed: false }
    while (later[0] && later[0].at <= index) yield repeat(later.shift()!.record)
    if (isDue(index, duplicates_percent)) {
      if (repeated++ % 2 === 0) yield repeat(record)
      else later.push({ at: index + far, record })
    }
    if (isDue(index, malformed_percent)) yield malformed(record, index)
    index += 1
  }
}

/** The seeds of the plans that follow on the first one's end; cases give theirs from 1 on. */
const SEED_STEP = 1_000

/** The events of the scenario's days from a day on; at the end of the scenario, those of other years of its kind. */
function* plannedRecords(seed: number, from: string | undefined): Generator<PlannedRecord> {
  for (let round = 0; ; round++) {
    const plan = createPlan({
      scenario: kaiserScenario,
      scale: SCALE,
      seed: seed + round * SEED_STEP,
      timeZone: TIME_ZONE,
    })
    const pseudonyms = createPseudonyms(PSEUDONYM_KEY, plan.population)
    const first = round === 0 ? (from ?? plan.from) : plan.from
    for (const date of datesBetween(first, plan.to)) {
      yield* generateDay({ plan, day: dayIn(TIME_ZONE, date), pseudonyms })
    }
  }
}

function repeat({ key, value }: PlannedRecord): StreamRecord {
  return { key, value, event: undefined, isMalformed: false }
}

function malformed({ key, value }: PlannedRecord, index: number): StreamRecord {
  const broken =
    index % 2 === 0 ? value.subarray(0, value.length - 2) : Buffer.from(value.toString().replace('"1.0"', '"2.0"'))
  return { key, value: broken, event: undefined, isMalformed: true }
}

/** The next so many records of a stream, which can be gone on with afterwards. */
export function* take(stream: Iterator<StreamRecord, void>, count: number): Generator<StreamRecord> {
  for (let taken = 0; taken < count; taken++) {
    const { value, done } = stream.next()
    if (done) return
    yield value
  }
}

/** The same stream from portals of a later version: their telehealth visits say how long they took. */
export function* fromLaterPortals(stream: Iterable<StreamRecord>): Generator<StreamRecord> {
  for (const record of stream) {
    const text = record.value.toString()
    const later = text
      .replace('org.caretally.telehealth.v1', 'org.caretally.telehealth.v2')
      .replace(/("modality":"\w+")/, '$1,"minutes":20')
    yield { ...record, value: Buffer.from(later) }
  }
}
