import type { Cursor } from './cursor.ts'
import { type BatchGuard, keepTrying, type Patience } from './keep-trying.ts'

interface OwnedBatch extends BatchGuard {
  partition: number
  epoch: number
}

/** The cursors of the partitions that this process owns, each loaded on its partition's first batch in an epoch. */
export class Cursors {
  readonly #load: (partition: number) => Promise<Cursor>
  readonly #patience: Patience
  readonly #cursors = new Map<number, { epoch: number; cursor: Cursor }>()

  constructor(load: (partition: number) => Promise<Cursor>, patience: Patience) {
    this.#load = load
    this.#patience = patience
  }

  async at(batch: OwnedBatch): Promise<Cursor> {
    const { partition, epoch } = batch
    const known = this.#cursors.get(partition)
    if (known?.epoch === epoch) return known.cursor
    const about = { operation: 'load partition', partition }
    const cursor = await keepTrying(() => this.#load(partition), batch, this.#patience, about)
    this.#cursors.set(partition, { epoch, cursor })
    return cursor
  }

  /** After a failure: what Kafka has committed is read again before anything else is done. */
  forget(partition: number): void {
    this.#cursors.delete(partition)
  }
}
