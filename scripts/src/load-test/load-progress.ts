import type { Clock } from '@caretally/runtime'

import { Progress } from '../progress.ts'

const SECOND_MS = 1_000

/** Two bars: what is sent, and what is written, with how far the one is behind the other and how long it will take. */
export class LoadProgress implements Disposable {
  readonly #progress = new Progress()
  readonly #sent
  readonly #written
  readonly #records: number
  readonly #clock: Clock
  #start_ms: number | undefined

  constructor(records: number, clock: Clock) {
    this.#records = records
    this.#clock = clock
    this.#sent = this.#progress.add('sent', records)
    this.#written = this.#progress.add('written', records)
  }

  show(sent: number, written: number): void {
    this.#sent.set(sent)
    if (written > 0) this.#start_ms ??= this.#clock.now()
    const lag = `lag ${(sent - written).toLocaleString('en-US')}`
    this.#written.set(written, ` · ${lag} · ${this.#remaining(written)} remaining`)
  }

  /** At the mean rate so far. */
  #remaining(written: number): string {
    const elapsed_ms = this.#start_ms === undefined ? 0 : this.#clock.now() - this.#start_ms
    if (elapsed_ms === 0) return '–'
    return `${Math.ceil(((this.#records - written) * elapsed_ms) / written / SECOND_MS).toLocaleString('en-US')} s`
  }

  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]()
  }
}
