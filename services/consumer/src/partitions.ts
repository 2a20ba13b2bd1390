import { type EpochGuard, keepTrying, type Patience } from './keep-trying.ts'
import type { Partition } from './partition.ts'

interface OwnedBatch extends EpochGuard {
  partition: number
  epoch: number
}

/** Loads a partition; `before` is what this process knew of it in an earlier epoch. */
type LoadPartition = (partition: number, before: Partition | undefined) => Promise<Partition>

/** The partitions that this process owns, each loaded on its first batch in an epoch. */
export class Partitions {
  readonly #load: LoadPartition
  readonly #patience: Patience
  readonly #known = new Map<number, { epoch: number; state: Partition }>()
  #loading = 0

  constructor(load: LoadPartition, patience: Patience) {
    this.#load = load
    this.#patience = patience
  }

  async at(batch: OwnedBatch): Promise<Partition> {
    const { partition, epoch } = batch
    const known = this.#known.get(partition)
    if (known?.epoch === epoch) return known.state
    const about = { operation: 'load_partition', partition } as const
    this.#loading += 1
    using _ = this.#patience.meter.waiting()
    try {
      const state = await keepTrying(() => this.#load(partition, known?.state), batch, this.#patience, about)
      this.#known.set(partition, { epoch, state })
      return state
    } finally {
      this.#loading -= 1
    }
  }

  /** Whether any partition is being loaded. */
  get isLoading(): boolean {
    return this.#loading > 0
  }

  /** After a failure: everything is loaded again before anything else is done. */
  forget(partition: number): void {
    this.#known.delete(partition)
  }
}
