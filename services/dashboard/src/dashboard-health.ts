import type { HealthCheck } from '@caretally/runtime'

/** Whether the dashboard can answer. What it says of itself holds no figures, no addresses and no names. */
export class DashboardHealth implements HealthCheck {
  readonly #whyWithoutClickHouse: () => Promise<string | undefined>
  #isStopping = false

  constructor(whyWithoutClickHouse: () => Promise<string | undefined>) {
    this.#whyWithoutClickHouse = whyWithoutClickHouse
  }

  /** From now on it is not ready. */
  stop(): void {
    this.#isStopping = true
  }

  async whyNotReady(): Promise<string | undefined> {
    return this.#isStopping ? 'stopping' : await this.#whyWithoutClickHouse()
  }

  /** Whoever answers is alive: the dashboard does nothing that could get stuck besides. */
  whyNotAlive(): undefined {
    return undefined
  }
}
