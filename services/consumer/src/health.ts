import type { Clock, HealthCheck } from '@caretally/runtime'

interface Group {
  /** Whether the consumer group is joined. */
  readonly isJoined: boolean
}

interface Tried {
  /** What has failed and is being tried again. */
  readonly first: string | undefined
}

interface Owned {
  /** Whether a partition is being loaded. */
  readonly isLoading: boolean
}

interface Watched {
  group: Group
  owned: Owned
  troubles: Tried
  whyWithoutClickHouse: () => Promise<string | undefined>
  clock: Clock
}

/**
 * How long nothing may be heard from Kafka. Longer than the minute for which kafkajs lets the others finish their work when the
 * group is rebalancing, and neither a fetch nor a heartbeat is answered.
 */
export const SILENCE_MS_MAX = 120_000

/**
 * Whether this consumer is at work, and would be if there were any. Of Kafka only what has happened counts; ClickHouse is asked,
 * because a consumer without events has nothing to do with it.
 */
export class Health implements HealthCheck {
  readonly #group: Group
  readonly #owned: Owned
  readonly #troubles: Tried
  readonly #whyWithoutClickHouse: () => Promise<string | undefined>
  readonly #clock: Clock
  #heard_ms: number

  constructor({ group, owned, troubles, whyWithoutClickHouse, clock }: Watched) {
    this.#group = group
    this.#owned = owned
    this.#troubles = troubles
    this.#whyWithoutClickHouse = whyWithoutClickHouse
    this.#clock = clock
    this.#heard_ms = clock.now()
  }

  /** Kafka has answered a fetch, a heartbeat or a request to join the group. */
  heard(): void {
    this.#heard_ms = this.#clock.now()
  }

  /** When it was last heard from Kafka. */
  get heard_ms(): number {
    return this.#heard_ms
  }

  /** Why it is not at work, or undefined when it is. */
  async whyNotReady(): Promise<string | undefined> {
    if (!this.#group.isJoined) return 'joining the consumer group'
    if (this.#troubles.first !== undefined) return this.#troubles.first
    if (this.#owned.isLoading) return 'loading a partition'
    return await this.#whyWithoutClickHouse()
  }

  /** Why it has to be started again, or undefined. kafkajs can fall silent without an error (tulios/kafkajs#659). */
  whyNotAlive(): string | undefined {
    const silence_ms = this.#clock.now() - this.#heard_ms
    if (silence_ms <= SILENCE_MS_MAX) return undefined
    return `nothing heard from Kafka for ${Math.round(silence_ms / 1_000)} s`
  }
}
