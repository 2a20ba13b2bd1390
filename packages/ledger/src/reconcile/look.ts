import { CaretallyError } from '@caretally/runtime'

import { isStill, type Positions, readPositions } from './positions.ts'
import type { Source } from './source.ts'
import { Tally } from './tally.ts'

/** Offsets of a partition from `from` to the one before `before`. */
export interface OffsetRange {
  partition: number
  from: number
  before: number
}

/** What is looked at: the same counts from the raw events and from the daily counts. */
export interface Counted {
  addRaw: (tally: Tally, range: OffsetRange) => Promise<void>
  addDaily: (tally: Tally) => Promise<void>
}

/**
 * The daily counts at one moment, and the raw events between which they have to lie when nothing is wrong. No query sees
 * the two tables at one moment, and the daily counts cannot be split by offsets.
 *
 * Raw events of settled offsets never change, so they can be counted at leisure. The daily counts are read between two
 * readings of the group's positions. A consumer makes a range pending before it writes it and closes it after it has
 * written it, so at that moment
 * - everything below the first reading's positions was counted: `least`, and
 * - nothing beyond the second reading's pending ranges was: `most`.
 */
export interface Look {
  daily: Tally
  least: Tally
  most: Tally
  /** Nothing was being written: `least` and `most` are the same. */
  isStill: boolean
  /** Whether `most` is complete: what was pending has been written in full since. */
  isComplete: boolean
}

/** How long a pending range may take to be written; after that, the consumer counts as dead. */
const PENDING_MS_MAX = 5_000
const PENDING_POLL_MS = 50

/** Looks again and again. The settled raw events are counted once, and each look adds what has been settled since. */
export class Looker {
  readonly #source: Source
  readonly #counted: Counted
  readonly #raw = new Tally()
  /** For each partition the offset up to which `#raw` has its events. */
  readonly #until = new Map<number, number>()

  constructor(source: Source, counted: Counted) {
    this.#source = source
    this.#counted = counted
  }

  /** @throws {CaretallyError} `group_was_reset` when committed offsets have gone back since the last look */
  async look({ waitForPending }: { waitForPending: boolean }): Promise<Look> {
    if (this.#until.size === 0) await this.#addSettled(await readPositions(this.#source))
    const before = await readPositions(this.#source)
    const daily = new Tally()
    await this.#counted.addDaily(daily)
    const after = await readPositions(this.#source)
    await this.#addSettled(before)
    const least = this.#raw.copy()
    if (isStill(before, after)) return { daily, least, most: least, isStill: true, isComplete: true }

    const isComplete = waitForPending && (await this.#waitUntilSettled(after))
    const most = least.copy()
    for (const [partition, position] of after) {
      const range = { partition, from: this.#until.get(partition) ?? 0, before: endOf(position) }
      if (range.from < range.before) await this.#counted.addRaw(most, range)
    }
    return { daily, least, most, isStill: false, isComplete }
  }

  async #addSettled(positions: Positions): Promise<void> {
    for (const [partition, { next }] of positions) {
      const from = this.#until.get(partition) ?? 0
      if (next < from) throw groupWasReset(this.#source.group)
      if (next > from) await this.#counted.addRaw(this.#raw, { partition, from, before: next })
      this.#until.set(partition, next)
    }
  }

  async #waitUntilSettled(positions: Positions): Promise<boolean> {
    const { clock, signal } = this.#source
    for (let waited_ms = 0; waited_ms < PENDING_MS_MAX; waited_ms += PENDING_POLL_MS) {
      const now = await readPositions(this.#source)
      if ([...positions].every(([partition, position]) => (now.get(partition)?.next ?? 0) >= endOf(position)))
        return true
      await clock.sleep(PENDING_POLL_MS, signal)
    }
    return false
  }
}

function endOf({ next, pendingLast }: { next: number; pendingLast: number | undefined }): number {
  return pendingLast === undefined ? next : pendingLast + 1
}

function groupWasReset(group: string): CaretallyError {
  return new CaretallyError(
    'group_was_reset',
    `committed offsets of group ${group} went back while they were compared`,
    {
      hint: 'let nobody reset the group meanwhile, and start again',
      retriable: true,
    },
  )
}
