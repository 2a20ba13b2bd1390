import {
  type Block,
  BLOCK_ROWS_MAX,
  deadLettersBlock,
  duplicatesBlock,
  eventsBlock,
  type OUTCOME_TABLES,
} from '@caretally/clickhouse'
import { decodeEvent } from '@caretally/events'
import type { IHeaders } from 'kafkajs'

import type { RangeOfMessages } from './cursor.ts'
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
export type FilledBlock = Pick<Block<never, (typeof OUTCOME_TABLES)[number]>, 'table' | 'columns' | 'rows' | 'encode'>

/** The rows of one range, one for each of its offsets. Made once and used for one range after the other. */
export class RangeRows {
  readonly #events = eventsBlock()
  readonly #duplicates = duplicatesBlock()
  readonly #deadLetters = deadLettersBlock()
  readonly #reasons = new Map<string, number>()
  #work: RangeOfMessages | undefined
  /** The index of the message of each row of the events. */
  readonly #accepted = new Uint32Array(BLOCK_ROWS_MAX)

  /**
   * Decodes, validates and deduplicates: each message becomes an event, a duplicate, or a dead letter with its reason. A
   * pure function of the log, given what the partition remembers of the offsets before; the partition then remembers these
   * offsets too, so it has to be forgotten if the range is not written after all.
   *
   * @throws {CaretallyError} `mostly_dead_letters`
   */
  fill(work: RangeOfMessages, { window, breaker }: Partition): void {
    const { range, messages } = work
    this.#work = work
    for (const block of [this.#events, this.#duplicates, this.#deadLetters]) block.reset()
    this.#reasons.clear()
    for (const [index, { key, value, headers, timestamp }] of messages.entries()) {
      const offset = range.first + index
      const appended_ms = Number(timestamp)
      const decoded = decodeEvent(value, appended_ms)
      if (!decoded.ok) {
        const { reason, detail } = decoded
        breaker.note(offset, reason)
        window.pass(offset)
        const letter = { key, value, headers: pairsOf(headers), appended_ms, reason, detail }
        this.#deadLetters.append(letter, range.partition, offset)
        this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
        continue
      }
      breaker.note(offset, undefined)
      const { interaction } = decoded
      const firstOffset = window.admit(offset, interaction.source, interaction.id)
      if (firstOffset === undefined) {
        this.#accepted[this.#events.rows] = index
        this.#events.append(interaction, range.partition, offset)
      } else {
        const { id, source } = interaction
        this.#duplicates.append({ id, source, firstOffset }, range.partition, offset)
      }
    }
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

  /** The indexes of the accepted messages, in ascending order. */
  acceptedIndexes(): number[] {
    return [...this.#accepted.subarray(0, this.#events.rows)]
  }

  /** The events of some of the accepted messages. */
  eventsAt(indexes: readonly number[]): FilledBlock {
    const { range, messages } = this.#filled()
    const events = eventsBlock()
    for (const index of indexes) {
      const { value, timestamp } = messages[index]!
      const decoded = decodeEvent(value, Number(timestamp))
      if (decoded.ok) events.append(decoded.interaction, range.partition, range.first + index)
    }
    return events
  }

  /** Dead letters of some of the accepted messages: those that ClickHouse does not take. */
  refusedAt(indexes: readonly number[]): FilledBlock {
    const { range, messages } = this.#filled()
    const letters = deadLettersBlock()
    for (const index of indexes) {
      const { key, value, headers, timestamp } = messages[index]!
      const letter = {
        key,
        value,
        headers: pairsOf(headers),
        appended_ms: Number(timestamp),
        reason: REFUSED,
        detail: '',
      }
      letters.append(letter, range.partition, range.first + index)
    }
    return letters
  }

  #filled(): RangeOfMessages {
    if (!this.#work) throw new Error('rows have to be filled first')
    return this.#work
  }
}

/** The reason of a dead letter that was sound, but that ClickHouse refused for its content. */
export const REFUSED = 'refused_by_database'

/** kafkajs gives a header that comes several times as an array, and one without a value as null. */
function* pairsOf(headers: IHeaders | undefined): Generator<[name: string, value: Buffer | string]> {
  for (const [name, values] of Object.entries(headers ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) yield [name, value ?? '']
  }
}
