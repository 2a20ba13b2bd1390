import { CHANNELS, createEventEncoder, type Kind, KINDS, REGIONS } from '@caretally/events'
import type { OutgoingRecord } from '@caretally/kafka'

import { type Day, dayNumber } from './calendar.ts'
import { drawEventId } from './event-id.ts'
import { formatTime } from './event-time.ts'
import type { Plan } from './plan.ts'
import { createRandom, type Random, streamSeed } from './random.ts'
import { STUBS } from './stubs/index.ts'
import { cellOf } from './tally.ts'

/** An encoded event, and where it counts. */
export interface PlannedRecord extends OutgoingRecord {
  /** The day in the reporting zone that the event belongs to. */
  readonly date: string
  /** Its cell in the day's tally. */
  readonly cell: number
}

interface DayOptions {
  plan: Plan
  day: Day
  /** The pseudonym of a member of the plan's population. */
  pseudonymOf: (member: number) => string
}

/**
 * The events of `kinds` in a day, in the order of their times. A day's events of one kind depend on the plan alone: they are
 * the same, down to the ids, whichever days and kinds are generated besides.
 */
export function* generateDay(
  options: DayOptions,
  kinds: readonly Kind[] = KINDS,
): Generator<PlannedRecord, void, void> {
  const encode = createEventEncoder()
  const streams = kinds.map((kind) => openKindStream(options, kind, encode))
  for (;;) {
    let next = streams[0]
    for (const stream of streams) if (stream.next_ms < next!.next_ms) next = stream
    if (next === undefined || next.next_ms === Infinity) return
    yield next.take()
  }
}

type EventEncoder = ReturnType<typeof createEventEncoder>

interface KindStream {
  /** The time of the next event; Infinity after the last. */
  next_ms: number
  take(): PlannedRecord
}

function openKindStream({ plan, day, pseudonymOf }: DayOptions, kind: Kind, encode: EventEncoder): KindStream {
  const { scenario, population, seed } = plan
  const { date } = day
  const kindIndex = KINDS.indexOf(kind)
  const stub = STUBS[kind]
  const regionIndexes = population.regions.map((region) => REGIONS.indexOf(region))
  const { count, before, channels, regions } = plan.quota(date, kind)
  const random = createRandom(streamSeed(seed, dayNumber(date) * KINDS.length + kindIndex))
  const times = drawTimes(day, scenario.shapes[kind].hours, count, random)

  // What each event comes from: its region's index, times 2, plus its channel's.
  const origins = new Uint8Array(count)
  channels.addTo(origins, before, 1)
  regions.addTo(origins, before, CHANNELS.length)
  shuffle(origins, random)

  let index = 0
  return {
    next_ms: times[0] ?? Infinity,
    take() {
      const time_ms = times[index]!
      const origin = origins[index]!
      index++
      this.next_ms = times[index] ?? Infinity
      const channelIndex = origin % CHANNELS.length
      const inPopulation = (origin - channelIndex) / CHANNELS.length
      const action = {
        id: drawEventId(time_ms, random),
        time: formatTime(time_ms),
        subject: pseudonymOf(population.pickMember(inPopulation, random)),
        channel: CHANNELS[channelIndex]!,
        region: population.regions[inPopulation]!,
      }
      const value = encode(stub.emit(action, random, scenario))
      return { key: action.subject, value, date, cell: cellOf(kindIndex, channelIndex, regionIndexes[inPopulation]!) }
    },
  }
}

/** `count` instants of the day in ascending order, in whole milliseconds, spread over its hours by `weights`. */
function drawTimes({ hours }: Day, weights: readonly number[], count: number, random: Random): Float64Array {
  const bounds: number[] = []
  for (const { hour, start_ms, end_ms } of hours) {
    bounds.push((bounds.at(-1) ?? 0) + weights[hour]! * (end_ms - start_ms))
  }
  const weight = bounds.at(-1)!
  const times = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const drawn = random.fraction() * weight
    let slot = 0
    while (drawn >= bounds[slot]!) slot++
    const { start_ms, end_ms } = hours[slot]!
    times[index] = start_ms + random.below(end_ms - start_ms)
  }
  return times.sort()
}

/** Fisher and Yates. */
function shuffle(values: Uint8Array, random: Random): void {
  for (let index = values.length - 1; index > 0; index--) {
    const other = random.below(index + 1)
    const value = values[index]!
    values[index] = values[other]!
    values[other] = value
  }
}
