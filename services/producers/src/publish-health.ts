import { CaretallyError, type Clock, type HealthCheck } from '@caretally/runtime'

/** How long Kafka may take for what was given to it before it is said not to take it. */
const READY_MS_MAX = 10_000
/**
 * How long nothing may come of what is on its way. The publisher gives up by itself after two minutes and what kafkajs's own
 * repetitions take, and ends the program; who is silent for longer is stuck.
 */
export const SILENCE_MS_MAX = 300_000

/** Something on its way to Kafka. */
export interface Waiting {
  /** It has arrived. */
  acknowledged(): void
  /** Kafka has not taken it; it is sent again. */
  failed(error: unknown): void
}

/** Whether records get through to Kafka. It never connects to anything: only what has happened counts. */
export class PublishHealth implements HealthCheck {
  readonly #clock: Pick<Clock, 'now'>
  /** What is on its way, the oldest first. */
  readonly #waiting = new Set<{ since_ms: number; failure?: string }>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Something is on its way, until it is acknowledged. */
  begin(): Waiting {
    const waiting: { since_ms: number; failure?: string } = { since_ms: this.#clock.now() }
    this.#waiting.add(waiting)
    return {
      acknowledged: () => void this.#waiting.delete(waiting),
      failed: (error) => {
        waiting.failure = error instanceof CaretallyError ? error.code : error instanceof Error ? error.name : 'unknown'
      },
    }
  }

  whyNotReady(): string | undefined {
    for (const { failure } of this.#waiting) if (failure !== undefined) return `Kafka has not taken a batch: ${failure}`
    return this.#whySilent(READY_MS_MAX)
  }

  whyNotAlive(): string | undefined {
    return this.#whySilent(SILENCE_MS_MAX)
  }

  #whySilent(limit_ms: number): string | undefined {
    const [oldest] = this.#waiting
    const silence_ms = oldest ? this.#clock.now() - oldest.since_ms : 0
    return silence_ms <= limit_ms ? undefined : `waiting for an acknowledgement for ${Math.round(silence_ms / 1_000)} s`
  }
}
