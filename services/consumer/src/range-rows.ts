import { type Block, deadLettersBlock, eventsBlock } from '@caretally/clickhouse'
import { decodeEvent } from '@caretally/events'
import type { IHeaders } from 'kafkajs'

import type { RangeOfMessages } from './cursor.ts'

/** The rows of one range, one for each of its offsets. Made once and used for one range after the other. */
export class RangeRows {
  readonly #events = eventsBlock()
  readonly #deadLetters = deadLettersBlock()

  /** Decodes and validates: a message becomes an event, or a dead letter with its reason. */
  fill({ range: { partition, first }, messages }: RangeOfMessages): void {
    this.#events.reset()
    this.#deadLetters.reset()
    for (const [index, { key, value, headers, timestamp }] of messages.entries()) {
      const offset = first + index
      const appended_ms = Number(timestamp)
      const decoded = decodeEvent(value, appended_ms)
      if (decoded.ok) {
        this.#events.append(decoded.interaction, partition, offset)
      } else {
        const { reason, detail } = decoded
        this.#deadLetters.append(
          { key, value, headers: pairsOf(headers), appended_ms, reason, detail },
          partition,
          offset,
        )
      }
    }
  }

  get accepted(): number {
    return this.#events.rows
  }

  get deadLetters(): number {
    return this.#deadLetters.rows
  }

  /** In the order in which they are written: what is counted comes last. */
  blocks(): Pick<Block<never>, 'table' | 'columns' | 'rows' | 'encode'>[] {
    return [this.#deadLetters, this.#events].filter((block) => block.rows > 0)
  }
}

/** kafkajs gives a header that comes several times as an array, and one without a value as null. */
function* pairsOf(headers: IHeaders | undefined): Generator<[name: string, value: Buffer | string]> {
  for (const [name, values] of Object.entries(headers ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) yield [name, value ?? '']
  }
}
