import {
  CHANNELS,
  createEventTemplate,
  type EventTemplate,
  ID_BYTES,
  KINDS,
  SUBJECT_BYTES,
  TIME_BYTES,
} from '@caretally/events'

import { writeEventId } from './event-id.ts'
import { writeTime } from './event-time.ts'
import type { Population, Pseudonyms } from './members.ts'
import { STUBS } from './stubs/index.ts'
import type { Detail } from './stubs/stub.ts'

/** An event as it is drawn: in numbers, and in the same object for one event after the other. */
export interface DrawnEvent {
  time_ms: number
  /** The 16 bytes of a UUID. */
  readonly id: Uint8Array
  /** Of the population. */
  member: number
  /** In KINDS. */
  kindIndex: number
  /** In CHANNELS. */
  channelIndex: number
  /** In the population's regions. */
  regionIndex: number
  detail: Detail
}

export function createDrawnEvent(): DrawnEvent {
  return { time_ms: 0, id: new Uint8Array(16), member: 0, kindIndex: 0, channelIndex: 0, regionIndex: 0, detail: 0 }
}

/** Writes the events of a population as the stubs emit them: what the events of a sort have in common is encoded once and then copied. */
export class EventWriter {
  readonly #population: Population
  readonly #pseudonyms: Pseudonyms
  /** By kind, channel and region; then by the detail, of which each kind has a few. */
  readonly #templates: Map<Detail, EventTemplate>[]

  constructor(population: Population, pseudonyms: Pseudonyms) {
    this.#population = population
    this.#pseudonyms = pseudonyms
    const sorts = KINDS.length * CHANNELS.length * population.regions.length
    this.#templates = Array.from({ length: sorts }, () => new Map<Detail, EventTemplate>())
  }

  templateOf({ kindIndex, channelIndex, regionIndex, detail }: DrawnEvent): EventTemplate {
    const { regions } = this.#population
    const ofSort = this.#templates[(kindIndex * CHANNELS.length + channelIndex) * regions.length + regionIndex]!
    const known = ofSort.get(detail)
    if (known !== undefined) return known
    const template = createEventTemplate(
      STUBS[KINDS[kindIndex]!].eventOf(
        {
          id: '-'.repeat(ID_BYTES),
          time: '-'.repeat(TIME_BYTES),
          subject: '-'.repeat(SUBJECT_BYTES),
          channel: CHANNELS[channelIndex]!,
          region: regions[regionIndex]!,
        },
        detail,
      ),
    )
    ofSort.set(detail, template)
    return template
  }

  /** Writes as many bytes as the event's template has, of which the member's pseudonym lies at `place` of the pseudonyms. */
  write(event: DrawnEvent, template: EventTemplate, place: number, target: Buffer, at: number): void {
    target.set(template.bytes, at)
    writeEventId(event.id, target, at + template.idAt)
    writeTime(event.time_ms, target, at + template.timeAt)
    this.writeSubject(place, target, at + template.subjectAt)
  }

  /** Writes the pseudonym that lies at `place`. */
  writeSubject(place: number, target: Buffer, at: number): void {
    const { bytes } = this.#pseudonyms
    for (let index = 0; index < SUBJECT_BYTES; index++) target[at + index] = bytes[place + index]!
  }
}
