import { REGIONS, SUBJECT_BYTES } from '@caretally/events'
import type { OutgoingRecord } from '@caretally/kafka'

import { type DrawnEvent, EventWriter } from './event-writer.ts'
import type { Population, Pseudonyms } from './members.ts'
import { cellOf } from './tally.ts'

/** An encoded event, and where it counts. */
export interface PlannedRecord extends OutgoingRecord {
  /** The day in the reporting zone that the event belongs to. */
  readonly date: string
  /** Its cell in the day's tally. */
  readonly cell: number
}

/** Values are views of memory that is taken so much at a time: a buffer for each would cost more than its making. */
const SLAB_BYTES = 1024 * 1024

/** The function that makes a record of a drawn event and the day that it belongs to. */
export function createRecorder(
  population: Population,
  pseudonyms: Pseudonyms,
): (event: DrawnEvent, date: string) => PlannedRecord {
  const writer = new EventWriter(population, pseudonyms)
  const cells = createCells(population)
  let slab = Buffer.alloc(0)
  let used = 0

  return (event, date) => {
    const template = writer.templateOf(event)
    const { length } = template.bytes
    if (used + length > slab.length) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      used = 0
    }
    const place = pseudonyms.placeOf(event.member)
    writer.write(event, template, place, slab, used)
    const value = slab.subarray(used, used + length)
    used += length
    return { key: pseudonyms.bytes.toString('latin1', place, place + SUBJECT_BYTES), value, date, cell: cells(event) }
  }
}

/** The function that tells in which cell of a day's tally an event of the population counts. */
export function createCells({ regions }: Population): (event: DrawnEvent) => number {
  const indexes = regions.map((region) => REGIONS.indexOf(region))
  return ({ kindIndex, channelIndex, regionIndex }) => cellOf(kindIndex, channelIndex, indexes[regionIndex]!)
}
