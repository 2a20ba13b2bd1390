import type { Clock } from '@caretally/runtime'

/** Well below a third of any sensible session timeout. kafkajs sends at most one per its own `heartbeatInterval`. */
const HEARTBEAT_EVERY_MS = 1_000

/**
 * Runs `work` while heartbeats go on, since kafkajs sends none in the background (tulios/kafkajs#447).
 *
 * A heartbeat that fails means that the group is rebalancing or has dropped this member. `work` is then still awaited, so
 * that nothing is left running behind, and the heartbeat's error is thrown.
 */
export async function withHeartbeats<T>(heartbeat: () => Promise<void>, clock: Clock, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  const outcome = work.finally(() => done.abort())
  outcome.catch(() => undefined) // it is awaited below; until then its rejection must not count as unhandled
  for (;;) {
    await clock.sleep(HEARTBEAT_EVERY_MS, done.signal).catch(() => undefined)
    if (done.signal.aborted) return await outcome
    try {
      await heartbeat()
    } catch (error) {
      await outcome.catch(() => undefined)
      throw error
    }
  }
}
