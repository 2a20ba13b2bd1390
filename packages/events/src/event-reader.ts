import type { Buffer } from 'node:buffer'

import type { Contract, KnownEvent } from './contract.ts'
import { decodeEvent, type Refused } from './decode.ts'
import { Facts } from './facts.ts'
import { scanEvent } from './scan-event.ts'
import { CONTRACT } from './schema.ts'

/**
 * Reads one value after the other into the same `facts`. Its verdicts are those of `decodeEvent`; for the canonical bytes of
 * our own producers it comes to them faster.
 */
export class EventReader {
  /** Those of the event that was read last. */
  readonly facts = new Facts()
  readonly #known: Contract<KnownEvent>
  #contract: Contract<KnownEvent>

  constructor(contract: Contract<KnownEvent> = CONTRACT) {
    this.#known = contract
    this.#contract = contract
  }

  /** Turns to an earlier contract, or back to the latest. */
  judgeBy(number: number = this.#known.number): void {
    if (number !== this.#contract.number) this.#contract = this.#known.asOf(number)
  }

  /**
   * Undefined when the value is an event, whose facts are then in `facts`; otherwise why it is none.
   *
   * @param view of the same memory as `bytes`
   * @param start where the value begins in `bytes`, and `end` where it ends
   * @param appendedAt_ms as for `decodeEvent`
   */
  read(bytes: Buffer, view: DataView, start: number, end: number, appendedAt_ms: number): Refused | undefined {
    const isLatest = this.#contract === this.#known // the scan knows what the latest contract has, and no other
    if (isLatest && scanEvent(bytes, view, start, end, appendedAt_ms, this.facts)) return undefined
    const decoded = decodeEvent(bytes.subarray(start, end), appendedAt_ms, this.#contract)
    if (!decoded.ok) return decoded
    this.facts.take(decoded.interaction)
    return undefined
  }
}
