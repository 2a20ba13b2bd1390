import { createHash } from 'node:crypto'

import type { Reason } from '@caretally/events'
import type { OutgoingRecord } from '@caretally/kafka'

import { createDraw } from './draw-event.ts'
import { MALFORMATIONS } from './malformations.ts'
import type { PlannedRecord } from './planned-record.ts'
import { createRandom, streamSeed } from './random.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'

/** A record of the stream, and what has to become of it once the records before it in its partition were consumed. */
export type LoadRecord =
  | (PlannedRecord & { readonly outcome: 'accepted' })
  | (OutgoingRecord & { readonly outcome: 'duplicate' })
  | (OutgoingRecord & { readonly outcome: 'dead letter'; readonly reason: Reason })

export interface LoadStreamOptions {
  /** How many records there are. */
  records: number
  seed: number
  timeZone: string
  /** The events' times go evenly from here to there; those of late ones lie before. */
  from_ms: number
  to_ms: number
  /** Of a hundred records, in steps of 0.01; together less than 100. */
  duplicates_percent?: number
  malformed_percent?: number
  late_percent?: number
  /** How many records later a repetition comes at most, give or take 2. */
  far_records_max?: number
}

const PERCENT_STEPS = 100
const ALL = 100 * PERCENT_STEPS
/** Half of the repetitions come this soon: a portal that sends again because it was not sure. */
const NEAR_RECORDS_MAX = 400
/** By default within a duplicate window of 1,000,000 offsets, however the records fall on the partitions. */
const FAR_RECORDS_MAX = 900_000
const DAY_MS = 86_400_000
const LATE_DAYS_MIN = 2
const LATE_DAYS_MAX = 365
/** 214,000 members, whose pseudonyms fit into the cache: what is measured is not their making. */
const SCALE = 50
/** Members of the stream are nobody's, so the key need not be a secret. */
const PSEUDONYM_KEY = { version: 1, secret: createHash('sha256').update('load stream').digest() }

/**
 * Events of the `kaiser` scenario with repeated, malformed and late ones among them. The same options give the same stream.
 *
 * Guarantees: of any first n records, the parts that the percentages say, to within 2 records; a repetition has the key and
 * the bytes of an event earlier in the stream, half of them within the last 400 records and half anywhere within
 * `far_records_max`; malformed records take turns in what is wrong with them; a late event is 2 to 365 days late.
 *
 * An event depends on the seed and on its number only, so it is made again when it is to be repeated: nothing is remembered.
 */
export function* createLoadStream(options: LoadStreamOptions): Generator<LoadRecord, void, void> {
  const { records, seed, far_records_max = FAR_RECORDS_MAX } = options
  const duplicates = stepsOf(options.duplicates_percent)
  const malformed = stepsOf(options.malformed_percent)
  const late = stepsOf(options.late_percent)
  const others = duplicates + malformed
  const events = ALL - others
  const eventOf = createEvents(options, { late, events })
  const random = createRandom(streamSeed(seed, REPETITIONS))
  /** Of so many records, so many are events. */
  const eventsWithin = (within: number) => Math.max(1, Math.floor((within * events) / ALL))
  const near_max = eventsWithin(NEAR_RECORDS_MAX)
  const far_max = eventsWithin(far_records_max)

  let event = 0
  let other = 0
  let bad = 0
  for (let index = 0; index < records; index++) {
    if (!isDue(index, others, ALL)) {
      yield { ...eventOf(EVENTS, event++), outcome: 'accepted' }
    } else if (isDue(other++, malformed, others)) {
      const malformation = MALFORMATIONS[bad % MALFORMATIONS.length]!
      const { key, value } = eventOf(MALFORMED, bad++)
      yield { key, value: malformation.spoil(value), outcome: 'dead letter', reason: malformation.reason }
    } else {
      const back = 1 + random.below(Math.min(event, random.fraction() < 0.5 ? near_max : far_max))
      const { key, value } = eventOf(EVENTS, event - back)
      yield { key, value, outcome: 'duplicate' }
    }
  }
}

/** Streams of random numbers under the stream's seed. */
const EVENTS = 0
const MALFORMED = 1
const REPETITIONS = 2

/** The function that makes the event of that number, of those that are sent or of those that are spoilt first. */
function createEvents(
  { records, seed, timeZone, from_ms, to_ms }: LoadStreamOptions,
  { late, events }: { late: number; events: number },
) {
  const draw = createDraw({ scenario: kaiserScenario, scale: SCALE, timeZone, pseudonymKey: PSEUDONYM_KEY })
  const interval_ms = (to_ms - from_ms) / Math.ceil((records * events) / ALL)
  return (stream: typeof EVENTS | typeof MALFORMED, number: number): PlannedRecord => {
    const random = createRandom(streamSeed(streamSeed(seed, stream), number))
    const inTime_ms = Math.min(to_ms, from_ms + Math.floor(number * interval_ms))
    const delay_ms = isDue(number, late, events) ? drawDelay(random.fraction()) : 0
    return draw(inTime_ms - delay_ms, random)
  }
}

function drawDelay(fraction: number): number {
  return Math.floor((LATE_DAYS_MIN + fraction * (LATE_DAYS_MAX - LATE_DAYS_MIN)) * DAY_MS)
}

/** Whether the thing of that number is one of the `part` in `whole`, which lie evenly among all. The first is none. */
function isDue(number: number, part: number, whole: number): boolean {
  return part > 0 && Math.floor(((number + 1) * part) / whole) > Math.floor((number * part) / whole)
}

function stepsOf(percent = 0): number {
  return Math.round(percent * PERCENT_STEPS)
}
