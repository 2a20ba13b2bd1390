import type { Buffer } from 'node:buffer'

import { decodeEvent, type Refused } from './decode.ts'
import { Facts } from './facts.ts'
import { scanEvent } from './scan-event.ts'

/**
 * Reads one value after the other into the same `facts`. Its verdicts are those of `decodeEvent`; for the canonical bytes of
 * our own producers it comes to them faster.
 */
export class EventReader {
  /** Those of the event that was read last. */
  readonly facts = new Facts()

  /**
   * Undefined when the value is an event, whose facts are then in `facts`; otherwise why it is none.
   *
   * @param view of the same memory as `bytes`
   * @param start where the value begins in `bytes`, and `end` where it ends
   * @param appendedAt_ms as for `decodeEvent`
   */
  read(bytes: Buffer, view: DataView, start: number, end: number, appendedAt_ms: number): Refused | undefined {
    if (scanEvent(bytes, view, start, end, appendedAt_ms, this.facts)) return undefined
    const decoded = decodeEvent(bytes.subarray(start, end), appendedAt_ms)
    if (!decoded.ok) return decoded
    this.facts.take(decoded.interaction)
    return undefined
  }
}
