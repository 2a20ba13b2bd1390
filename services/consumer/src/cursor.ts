import { CaretallyError } from '@caretally/runtime'
import type { KafkaMessage } from 'kafkajs'

import { measureRange, type Range, type RangeLimits } from './range.ts'

/** A range and its messages, one for each of its offsets. */
export interface RangeOfMessages {
  range: Range
  messages: readonly KafkaMessage[]
}

/**
 * Where one partition stands in this process, within one epoch: it cuts fetched messages into ranges, and cuts a range
 * that was left pending exactly as it was cut before.
 */
export class Cursor {
  readonly #topic: string
  readonly #partition: number
  /** The first offset that is not written yet. */
  #next: number
  #pendingLast: number | undefined
  /** Messages of the pending range whose end has not been fetched yet. */
  #held: KafkaMessage[] = []
  #hasSought = false

  constructor(topic: string, partition: number, next: number, pendingLast?: number) {
    this.#topic = topic
    this.#partition = partition
    this.#next = next
    this.#pendingLast = pendingLast
  }

  get next(): number {
    return this.#next
  }

  /** The offset that has to be fetched next. */
  get position(): number {
    return this.#next + this.#held.length
  }

  /**
   * Whether the fetch has to go back to `position` before `messages` can be used. kafkajs keeps a position of its own
   * across a failure of the handler; going back is tried once, then the offsets between count as missing.
   */
  mustSeek(messages: readonly KafkaMessage[]): boolean {
    const isAhead = messages[0] !== undefined && Number(messages[0].offset) > this.position
    const mustSeek = isAhead && !this.#hasSought
    this.#hasSought = mustSeek
    return mustSeek
  }

  /**
   * The ranges that `messages`, as fetched, complete. Messages below the position are skipped: they are written.
   *
   * @throws {CaretallyError} `offset_gap` when an offset between the position and the last message is missing
   */
  *cut(messages: readonly KafkaMessage[], limits: RangeLimits): Generator<RangeOfMessages> {
    const fresh = this.#withoutGap(messages)
    let start = 0
    if (this.#pendingLast !== undefined) {
      const missing = this.#pendingLast - this.position + 1
      this.#held.push(...fresh.slice(0, missing))
      if (fresh.length < missing) return
      start = missing
      const held = this.#held
      this.#held = []
      yield this.#range(held)
    }
    while (start < fresh.length) {
      const count = measureRange(fresh, start, limits)
      yield this.#range(fresh.slice(start, start + count))
      start += count
    }
  }

  /** Whether the next range was begun before and has to be written again. */
  get isReplaying(): boolean {
    return this.#pendingLast !== undefined
  }

  /** Called when a range is written in full. */
  advancePast({ last }: Range): void {
    this.#next = last + 1
    this.#pendingLast = undefined
  }

  #range(messages: readonly KafkaMessage[]): RangeOfMessages {
    const last = this.#next + messages.length - 1
    return { range: { topic: this.#topic, partition: this.#partition, first: this.#next, last }, messages }
  }

  #withoutGap(messages: readonly KafkaMessage[]): readonly KafkaMessage[] {
    const first = messages.findIndex((message) => Number(message.offset) >= this.position)
    if (first < 0) return []
    const fresh = first === 0 ? messages : messages.slice(first)
    for (const [index, message] of fresh.entries()) {
      const expected = this.position + index
      const offset = Number(message.offset)
      if (offset !== expected) throw gap(this.#partition, expected, offset)
    }
    return fresh
  }
}

function gap(partition: number, expected: number, offset: number): CaretallyError {
  return new CaretallyError('offset_gap', `partition ${partition} goes on at offset ${offset} instead of ${expected}`, {
    hint: 'the events between were deleted by the topic’s retention, or a transactional producer wrote to it; docs/operations.md says what to do',
  })
}
