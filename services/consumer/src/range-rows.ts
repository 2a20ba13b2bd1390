import {
  type DeadLetterRow,
  deadLettersBlock,
  duplicatesBlock,
  eventsBlock,
  type OutcomeBlock,
} from '@caretally/clickhouse'
import { CONTRACT, type Contract, EventReader, type KnownEvent } from '@caretally/events'
import { type RecordBatch, RecordReader } from '@caretally/kafka'

import type { RangeBounds } from './cursor.ts'
import type { Partition } from './partition.ts'

/** How many offsets of a range have which outcome. */
export interface Outcomes {
  accepted: number
  duplicates: number
  dead_letters: number
}

/** Those of a range that is written, what ClickHouse has refused being dead letters. */
export interface RangeOutcomes extends Outcomes {
  /** Reason → number of dead letters; together all of them. */
  reasons: ReadonlyMap<string, number>
}

/** A block that is ready to be inserted. */
export type FilledBlock = Pick<OutcomeBlock, 'table' | 'columns' | 'rows' | 'offsets' | 'encode'>

/** The batches that ranges are made of, and the range that the rows are of. */
interface Source {
  partition: number
  batches: readonly RecordBatch[]
  first: number
}

/** The rows of one range, one for each of its offsets. Made once and used for one range after the other. */
export class RangeRows {
  readonly #records = new RecordReader()
  readonly #reader: EventReader
  readonly #events = eventsBlock()
  readonly #duplicates = duplicatesBlock()
  readonly #deadLetters = deadLettersBlock()
  readonly #reasons = new Map<string, number>()
  #source: Source = { partition: 0, batches: [], first: 0 }

  /** @param contract by which records are judged, and of which earlier ones are known */
  constructor(contract: Contract<KnownEvent> = CONTRACT) {
    this.#reader = new EventReader(contract)
  }

  /** Turns to other batches; the ranges are cut out of them one after the other, from offset `first` on. */
  open(partition: number, batches: readonly RecordBatch[], first: number): void {
    this.#source = { partition, batches, first }
    this.#records.open(partition, batches, first)
  }

  /**
   * Decodes, validates and deduplicates the records of the next range: each becomes an event, a duplicate, or a dead letter
   * with its reason. Returns the last offset. A pure function of the log and the contract, given what the partition remembers
   * of the offsets before; the partition then remembers these offsets too, so it has to be forgotten if the range is not
   * written after all.
   *
   * @throws {CaretallyError} `mostly_dead_letters`, and those of {@link RecordReader}
   */
  fill({ begun, offsets_max, bytes_max }: RangeBounds, { window, breaker }: Partition): number {
    for (const block of [this.#events, this.#duplicates, this.#deadLetters]) block.reset()
    this.#reasons.clear()
    this.#reader.judgeBy(begun?.contract)
    const records = this.#records
    const { facts } = this.#reader
    const { partition } = this.#source
    const first = records.offset + 1
    this.#source.first = first
    const last = begun?.last ?? first + offsets_max - 1
    let bytesLeft = begun === undefined ? bytes_max : Infinity
    while (records.offset < last && bytesLeft > 0 && records.next()) {
      const { offset } = records
      bytesLeft -= records.valueEnd - records.valueStart
      const refused = readEvent(records, this.#reader)
      if (refused) {
        const { reason, detail } = refused
        breaker.note(offset, reason)
        window.pass(offset)
        this.#deadLetters.append(letterOf(records, reason, detail), partition, offset)
        this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
        continue
      }
      breaker.note(offset, undefined)
      const firstOffset = window.admit(offset, facts.source, facts.id)
      if (firstOffset === undefined) {
        this.#events.appendFacts(facts, partition, offset)
      } else {
        const { id, source } = facts
        this.#duplicates.append({ id, source, firstOffset }, partition, offset)
      }
    }
    return records.offset
  }

  /** When Kafka appended the first records of the range. */
  get firstAppended_ms(): number {
    const { batches, first } = this.#source
    return batches.find(({ last }) => last >= first)?.timestampOf(0) ?? 0
  }

  /** When Kafka appended the last record of the range. */
  get lastAppended_ms(): number {
    return this.#records.timestamp_ms
  }

  get outcomes(): Outcomes {
    return { accepted: this.#events.rows, duplicates: this.#duplicates.rows, dead_letters: this.#deadLetters.rows }
  }

  /** The outcomes once `refused` of the accepted events have become dead letters. */
  outcomesWithout(refused: number): RangeOutcomes {
    const { accepted, duplicates, dead_letters } = this.outcomes
    const reasons = new Map(this.#reasons)
    if (refused > 0) reasons.set(REFUSED, refused)
    return { accepted: accepted - refused, duplicates, dead_letters: dead_letters + refused, reasons }
  }

  /** In the order in which they are written: what is counted comes last. Some may be empty. */
  blocks(): FilledBlock[] {
    return [this.#deadLetters, this.#duplicates, this.#events]
  }

  /** The offsets of the events, in ascending order. */
  acceptedOffsets(): number[] {
    return this.#events.offsets()
  }

  /** The events at some of those offsets. */
  eventsAt(offsets: readonly number[]): FilledBlock {
    const events = eventsBlock()
    for (const records of this.#recordsAt(offsets)) {
      if (!readEvent(records, this.#reader))
        events.appendFacts(this.#reader.facts, this.#source.partition, records.offset)
    }
    return events
  }

  /** Dead letters of the events at some of those offsets: those that ClickHouse does not take. */
  refusedAt(offsets: readonly number[]): FilledBlock {
    const letters = deadLettersBlock()
    for (const records of this.#recordsAt(offsets)) {
      letters.append(letterOf(records, REFUSED, ''), this.#source.partition, records.offset)
    }
    return letters
  }

  /** The same reader at each of the offsets, which ascend. */
  *#recordsAt(offsets: readonly number[]): Generator<RecordReader> {
    const { partition, batches, first } = this.#source
    const records = new RecordReader()
    records.open(partition, batches, first)
    for (const offset of offsets) {
      while (records.offset < offset) records.next()
      yield records
    }
  }
}

/** The reason of a dead letter that was sound, but that ClickHouse refused for its content. */
export const REFUSED = 'refused_by_database'

function readEvent({ bytes, view, valueStart, valueEnd, timestamp_ms }: RecordReader, reader: EventReader) {
  return reader.read(bytes, view, valueStart, valueEnd, timestamp_ms)
}

function letterOf(records: RecordReader, reason: string, detail: string): DeadLetterRow {
  return {
    key: records.copyKey(),
    value: records.copyValue(),
    headers: records.copyHeaders(),
    appended_ms: records.timestamp_ms,
    reason,
    detail,
  }
}
