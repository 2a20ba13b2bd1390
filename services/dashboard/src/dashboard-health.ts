import { checkConnection, type ClickHouseConnection } from '@caretally/clickhouse'
import { CaretallyError, type Clock, type HealthCheck } from '@caretally/runtime'

/** How long an answer of ClickHouse counts: whoever asks for the health, without a token, must not be able to keep it busy. */
const ANSWER_MS_MAX = 1_000

/** Whether the dashboard can answer. What it says of itself holds no figures, no addresses and no names. */
export class DashboardHealth implements HealthCheck {
  readonly #connection: ClickHouseConnection
  readonly #clock: Pick<Clock, 'now'>
  #isStopping = false
  #asked_ms = -Infinity
  #problem: Promise<string | undefined> = Promise.resolve(undefined)

  constructor(connection: ClickHouseConnection, clock: Pick<Clock, 'now'>) {
    this.#connection = connection
    this.#clock = clock
  }

  /** From now on it is not ready. */
  stop(): void {
    this.#isStopping = true
  }

  async whyNotReady(): Promise<string | undefined> {
    return this.#isStopping ? 'stopping' : await this.#askClickHouse()
  }

  /** Whoever answers is alive: the dashboard does nothing that could get stuck besides. */
  whyNotAlive(): undefined {
    return undefined
  }

  #askClickHouse(): Promise<string | undefined> {
    const now_ms = this.#clock.now()
    if (now_ms - this.#asked_ms < ANSWER_MS_MAX) return this.#problem
    this.#asked_ms = now_ms
    this.#problem = checkConnection(this.#connection).then(
      () => undefined,
      (error: unknown) => `without ClickHouse: ${error instanceof CaretallyError ? error.code : 'unknown'}`,
    )
    return this.#problem
  }
}
