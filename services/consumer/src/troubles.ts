import { CaretallyError } from '@caretally/runtime'

import type { Operation } from './meter.ts'

/** What has failed and is being tried again. */
export class Troubles {
  readonly #open = new Map<object, string>()

  /** An attempt has failed. `work` is what it belongs to, until it is {@link over}. */
  note(work: object, operation: Operation, error: unknown): void {
    const code = error instanceof CaretallyError ? error.code : 'unknown'
    this.#open.set(work, `${operation} is tried again: ${code}`)
  }

  over(work: object): void {
    this.#open.delete(work)
  }

  /** The oldest of them, in one line without data; undefined when there is none. */
  get first(): string | undefined {
    const [first] = this.#open.values()
    return first
  }
}
