import type { Clock } from '@caretally/runtime'

/**
 * The time in which all batches that are worked on wait for ClickHouse: nothing is decoded then, and nothing more is fetched.
 * What is not over yet counts as well, so that an outage shows while it lasts.
 */
export class BackPressure {
  readonly #clock: Pick<Clock, 'now'>
  #working = 0
  #waiting = 0
  #total_ms = 0
  #changed_ms = 0

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** A batch is worked on, until it is disposed of. */
  working(): Disposable {
    this.#change(1, 0)
    return { [Symbol.dispose]: () => this.#change(-1, 0) }
  }

  /** One of the batches that are worked on waits, until it is disposed of. */
  waiting(): Disposable {
    this.#change(0, 1)
    return { [Symbol.dispose]: () => this.#change(0, -1) }
  }

  get total_ms(): number {
    this.#change(0, 0)
    return this.#total_ms
  }

  #change(working: number, waiting: number): void {
    const now_ms = this.#clock.now()
    if (this.#waiting > 0 && this.#waiting === this.#working) this.#total_ms += Math.max(0, now_ms - this.#changed_ms)
    this.#changed_ms = now_ms
    this.#working += working
    this.#waiting += waiting
  }
}
