import type { Pending, RecordBatch } from '@caretally/kafka'

import type { Range, RangeLimits } from './range.ts'

/** Where a range has to end, or may. */
export interface RangeBounds extends RangeLimits {
  /** How a range was begun that is written again; the limits then do not count. */
  begun: Begun | undefined
}

/** How a range was begun that has to be written again. */
export type Begun = Pick<Pending, 'last' | 'contract'>

/**
 * Where one partition stands in this process, within one epoch: it says where ranges begin and end, and has a range that was
 * left pending end exactly where it ended before.
 */
export class Cursor {
  readonly #topic: string
  readonly #partition: number
  /** The first offset that is not written yet. */
  #next: number
  #pending: Begun | undefined
  /** Batches of the pending range whose end has not been fetched yet. */
  #held: RecordBatch[] = []
  #hasSought = false

  constructor(topic: string, partition: number, next: number, pending?: Begun) {
    this.#topic = topic
    this.#partition = partition
    this.#next = next
    this.#pending = pending
  }

  get next(): number {
    return this.#next
  }

  /** The offset that has to be fetched next. */
  get position(): number {
    return (this.#held.at(-1)?.last ?? this.#next - 1) + 1
  }

  /**
   * Whether the fetch has to go back to `position` before `batches` can be used. kafkajs keeps a position of its own
   * across a failure of the handler; going back is tried once, then the offsets between count as missing.
   */
  mustSeek(batches: readonly RecordBatch[]): boolean {
    const isAhead = batches[0] !== undefined && batches[0].first > this.position
    const mustSeek = isAhead && !this.#hasSought
    this.#hasSought = mustSeek
    return mustSeek
  }

  /**
   * The batches of which ranges can be made, from `next` on, now that `batches` have been fetched: none while the end of the
   * pending range has not come, and then all of it at once. What is written already may still be in the first of them.
   */
  gather(batches: readonly RecordBatch[]): readonly RecordBatch[] {
    const fresh = batches.filter(({ last }) => last >= this.position)
    if (this.#pending === undefined) return fresh
    this.#held.push(...fresh)
    if (this.position <= this.#pending.last) return []
    const held = this.#held
    this.#held = []
    return held
  }

  /** Whether the next range was begun before and has to be written again. */
  get isReplaying(): boolean {
    return this.#pending !== undefined
  }

  boundsWithin(limits: RangeLimits): RangeBounds {
    return { ...limits, begun: this.#pending }
  }

  /** The range from `next` to an offset. */
  rangeTo(last: number): Range {
    return { topic: this.#topic, partition: this.#partition, first: this.#next, last }
  }

  /** Called when a range is written in full. */
  advancePast({ last }: Range): void {
    this.#next = last + 1
    this.#pending = undefined
  }
}
