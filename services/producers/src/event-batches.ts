import { SUBJECT_BYTES } from '@caretally/events'
import { BatchWriter, type OutgoingBatch, partitionOfBytes } from '@caretally/kafka'
import type { Clock } from '@caretally/runtime'

import { type DrawnEvent, EventWriter } from './event-writer.ts'
import type { Population, Pseudonyms } from './members.ts'
import { createCells } from './planned-record.ts'
import { createTally, type Tally } from './tally.ts'

/** A batch, and what its events count. */
export interface EventBatch {
  readonly partition: number
  readonly batch: OutgoingBatch
  readonly tally: Tally
}

/** The batches of a topic's partitions while they fill: events are written where they will lie in the log, without an object for any. */
export class EventBatches {
  readonly #writer: EventWriter
  readonly #pseudonyms: Pseudonyms
  readonly #cellOf: (event: DrawnEvent) => number
  readonly #open: { records: BatchWriter; tally: Tally }[]

  constructor(population: Population, pseudonyms: Pseudonyms, partitions: number) {
    this.#writer = new EventWriter(population, pseudonyms)
    this.#pseudonyms = pseudonyms
    this.#cellOf = createCells(population)
    this.#open = Array.from({ length: partitions }, () => ({ records: new BatchWriter(), tally: createTally() }))
  }

  /** Adds an event of that day to the batch of its member's partition; returns the batch before it if that was full. */
  add(event: DrawnEvent, date: string, clock: Clock): EventBatch | undefined {
    const place = this.#pseudonyms.placeOf(event.member)
    const partition = partitionOfBytes(this.#pseudonyms.bytes, place, SUBJECT_BYTES, this.#open.length)
    const { records } = this.#open[partition]!
    const template = this.#writer.templateOf(event)
    const { length } = template.bytes
    let full: EventBatch | undefined
    if (!records.begin(SUBJECT_BYTES, length)) {
      full = this.#take(partition, clock)
      records.begin(SUBJECT_BYTES, length)
    }
    this.#writer.writeSubject(place, records.bytes, records.keyAt)
    this.#writer.write(event, template, place, records.bytes, records.valueAt)
    this.#open[partition]!.tally.add(date, this.#cellOf(event))
    return full
  }

  /** The batches that are not full. */
  *takeRest(clock: Clock): Generator<EventBatch, void, void> {
    for (const [partition, { records }] of this.#open.entries()) {
      if (records.count > 0) yield this.#take(partition, clock)
    }
  }

  #take(partition: number, clock: Clock): EventBatch {
    const open = this.#open[partition]!
    const { tally } = open
    open.tally = createTally()
    return { partition, batch: open.records.take(clock.now()), tally }
  }
}
