import { CaretallyError, type Clock, keptAnswer } from '@caretally/runtime'

import { checkConnection } from './check-connection.ts'
import type { ClickHouseConnection } from './connection.ts'

/** How long an answer of ClickHouse counts: whoever asks for the health, without a token, must not be able to keep it busy. */
const ANSWER_MS_MAX = 1_000

/**
 * The function that tells why there is no ClickHouse, or undefined when there is: for the health of a program, in a line without
 * figures, addresses and names. It decides as soon as `checkConnection` does.
 */
export function watchConnection(
  connection: ClickHouseConnection,
  clock: Pick<Clock, 'now'>,
): () => Promise<string | undefined> {
  const ask = () =>
    checkConnection(connection).then(
      () => undefined,
      (error: unknown) => `without ClickHouse: ${error instanceof CaretallyError ? error.code : 'unknown'}`,
    )
  return keptAnswer(ask, ANSWER_MS_MAX, clock)
}
