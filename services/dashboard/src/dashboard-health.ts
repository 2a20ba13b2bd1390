import { checkConnection, type ClickHouseConnection } from '@caretally/clickhouse'
import { CaretallyError, type Clock, type HealthCheck } from '@caretally/runtime'

import { keptAnswer } from './kept-answer.ts'

/** How long an answer of ClickHouse counts: whoever asks for the health, without a token, must not be able to keep it busy. */
const ANSWER_MS_MAX = 1_000

/** Whether the dashboard can answer. What it says of itself holds no figures, no addresses and no names. */
export class DashboardHealth implements HealthCheck {
  readonly #askClickHouse: () => Promise<string | undefined>
  #isStopping = false

  constructor(connection: ClickHouseConnection, clock: Pick<Clock, 'now'>) {
    this.#askClickHouse = keptAnswer(() => whyWithoutClickHouse(connection), ANSWER_MS_MAX, clock)
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
}

async function whyWithoutClickHouse(connection: ClickHouseConnection): Promise<string | undefined> {
  try {
    await checkConnection(connection)
    return undefined
  } catch (error) {
    return `without ClickHouse: ${error instanceof CaretallyError ? error.code : 'unknown'}`
  }
}
