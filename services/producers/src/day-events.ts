import { CHANNELS, type Kind, KINDS } from '@caretally/events'

import { type Day, dayNumber } from './calendar.ts'
import { drawEventId } from './event-id.ts'
import { createDrawnEvent, type DrawnEvent } from './event-writer.ts'
import type { Pseudonyms } from './members.ts'
import type { Plan } from './plan.ts'
import { createRecorder, type PlannedRecord } from './planned-record.ts'
import { createRandom, type Random, streamSeed } from './random.ts'
import { STUBS } from './stubs/index.ts'

interface PlanDay {
  plan: Plan
  day: Day
}

/**
 * The events of `kinds` in a day, in the order of their times. A day's events of one kind depend on the plan alone: they are
 * the same, down to the ids, whichever days and kinds are generated besides.
 */
export function* generateDay(
  { plan, day, pseudonyms }: PlanDay & { pseudonyms: Pseudonyms },
  kinds: readonly Kind[] = KINDS,
): Generator<PlannedRecord, void, void> {
  const record = createRecorder(plan.population, pseudonyms)
  for (const event of drawDay({ plan, day }, kinds)) yield record(event, day.date)
}

/** The same before they are encoded; it is one object again and again. */
export function* drawDay({ plan, day }: PlanDay, kinds: readonly Kind[]): Generator<DrawnEvent, void, void> {
  const event = createDrawnEvent()
  const streams = kinds.map((kind) => openKindStream({ plan, day }, kind, event))
  for (;;) {
    let next = streams[0]
    for (const stream of streams) if (stream.next_ms < next!.next_ms) next = stream
    if (next === undefined || next.next_ms === Infinity) return
    next.take()
    yield event
  }
}

interface KindStream {
  /** The time of the next event; Infinity after the last. */
  next_ms: number
  /** Makes the event the next one. */
  take(): void
}

function openKindStream({ plan, day }: PlanDay, kind: Kind, event: DrawnEvent): KindStream {
  const { scenario, population, seed } = plan
  const { date } = day
  const kindIndex = KINDS.indexOf(kind)
  const stub = STUBS[kind]
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
      const origin = origins[index]!
      event.time_ms = times[index]!
      index++
      this.next_ms = times[index] ?? Infinity
      event.kindIndex = kindIndex
      event.channelIndex = origin % CHANNELS.length
      event.regionIndex = (origin - event.channelIndex) / CHANNELS.length
      drawEventId(event.time_ms, random, event.id)
      event.member = population.pickMember(event.regionIndex, random)
      event.detail = stub.drawDetail(CHANNELS[event.channelIndex]!, random, scenario)
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
