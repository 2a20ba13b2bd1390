import type { Contract, KnownEvent } from '@caretally/events'

import { RangeRows } from './range-rows.ts'

/** Rows whose memory is used again. As many are made as ranges are written at the same time. */
export class RowsPool {
  readonly #spare: RangeRows[] = []
  readonly #contract: Contract<KnownEvent>

  /** @param contract by which records are judged */
  constructor(contract: Contract<KnownEvent>) {
    this.#contract = contract
  }

  /** Rows that go back to the pool when the loan is disposed of. */
  borrow(): Disposable & { rows: RangeRows } {
    const rows = this.#spare.pop() ?? new RangeRows(this.#contract)
    return { rows, [Symbol.dispose]: () => void this.#spare.push(rows) }
  }
}
