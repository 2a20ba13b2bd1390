import kafkajs, { type PartitionAssigner } from 'kafkajs'

/**
 * Tells work that belongs to the group's present generation from work that was begun before a rebalance.
 *
 * kafkajs has no callback for a revoked partition; after it has joined again it hands out batches that were fetched
 * before, and commits under the new generation for a handler that was started under the old one, even for a partition
 * that it has lost (tulios/kafkajs#1046). So every handler captures the epoch at its start and checks it before each
 * insert and each commit. An epoch begins when the group is joined and ends when kafkajs is about to join again.
 */
export class Fence {
  #epoch = 0
  #assigned: ReadonlySet<number> = new Set()
  #isJoined = false

  /** No partition is ours, until the group is joined. */
  raise(): void {
    this.#epoch += 1
    this.#isJoined = false
    this.#assigned = new Set()
  }

  /** A new epoch, in which `partitions` are ours. */
  join(partitions: readonly number[]): void {
    this.#epoch += 1
    this.#isJoined = true
    this.#assigned = new Set(partitions)
  }

  /** Whether the group is joined, with or without partitions for us. */
  get isJoined(): boolean {
    return this.#isJoined
  }

  /** The present epoch, whatever is ours in it. */
  get epoch(): number {
    return this.#epoch
  }

  /** Those that are ours; none while the group is not joined. */
  get partitions(): ReadonlySet<number> {
    return this.#assigned
  }

  /**
   * The epoch in which work on `partition` may begin now.
   *
   * @throws {StaleEpochError} when the partition is not ours
   */
  capture(partition: number): number {
    if (!this.#assigned.has(partition)) throw new StaleEpochError()
    return this.#epoch
  }

  /** @throws {StaleEpochError} when `epoch` has ended */
  check(epoch: number): void {
    if (epoch !== this.#epoch) throw new StaleEpochError()
  }
}

/** Not a failure: whoever owns the partition now does the work. */
export class StaleEpochError extends Error {
  override readonly name = 'StaleEpochError'

  constructor() {
    super('this work belongs to a past generation of the consumer group')
  }
}

/** Round robin, raising the fence in `protocol()`, which kafkajs calls synchronously before each JoinGroup request. */
export function fencedAssigner(fence: Fence): PartitionAssigner {
  return (config) => {
    const roundRobin = kafkajs.PartitionAssigners.roundRobin(config)
    return {
      ...roundRobin,
      protocol: (subscription) => {
        fence.raise()
        return roundRobin.protocol(subscription)
      },
    }
  }
}
