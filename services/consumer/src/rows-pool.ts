import { RangeRows } from './range-rows.ts'

/** Rows whose memory is used again. As many are made as ranges are written at the same time. */
export class RowsPool {
  readonly #spare: RangeRows[] = []

  /** Rows that go back to the pool when the loan is disposed of. */
  borrow(): Disposable & { rows: RangeRows } {
    const rows = this.#spare.pop() ?? new RangeRows()
    return { rows, [Symbol.dispose]: () => void this.#spare.push(rows) }
  }
}
