import { CaretallyError, type Clock, type HealthCheck } from '@caretally/runtime'

/** How long Kafka may take for what was given to it before it is said not to take it. */
const READY_MS_MAX = 10_000
/**
 * How long nothing may come of what is on its way. The publisher gives up by itself after two minutes and what kafkajs's own
 * repetitions take, and ends the program; who is silent for longer is stuck.
 */
export const SILENCE_MS_MAX = 300_000

/** Whether records get through to Kafka. It never connects to anything: only what has happened counts. */
export class PublishHealth implements HealthCheck {
  readonly #clock: Pick<Clock, 'now'>
  /** What is on its way. */
  #begun = 0
  #heard_ms = 0
  #failure: string | undefined

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Something is on its way, until what is returned is disposed of. */
  begin(): Disposable {
    if (this.#begun === 0) this.#heard_ms = this.#clock.now()
    this.#begun += 1
    return { [Symbol.dispose]: () => void (this.#begun -= 1) }
  }

  acknowledged(): void {
    this.#heard_ms = this.#clock.now()
    this.#failure = undefined
  }

  /** A send has failed; the records are sent again. */
  failed(error: unknown): void {
    this.#failure = error instanceof CaretallyError ? error.code : error instanceof Error ? error.name : 'unknown'
  }

  whyNotReady(): string | undefined {
    if (this.#failure !== undefined) return `Kafka has not taken the last send: ${this.#failure}`
    return this.#whySilent(READY_MS_MAX)
  }

  whyNotAlive(): string | undefined {
    return this.#whySilent(SILENCE_MS_MAX)
  }

  #whySilent(limit_ms: number): string | undefined {
    const silence_ms = this.#begun === 0 ? 0 : this.#clock.now() - this.#heard_ms
    return silence_ms <= limit_ms ? undefined : `nothing acknowledged for ${Math.round(silence_ms / 1_000)} s`
  }
}
