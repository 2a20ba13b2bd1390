import { type ClickHouseClient, readWatermark } from '@caretally/clickhouse'
import { CaretallyError, type Clock } from '@caretally/runtime'

const POLL_MS = 100
/** A consumer tells every two seconds how far it has come. */
const WAIT_MS = 30_000

interface AwaitOptions {
  client: ClickHouseClient
  /** Milliseconds since the Unix epoch. */
  since_ms: number
  /** How long the consumer may need to come so far; 30 s without it. */
  wait_ms_max?: number
  clock: Clock
  signal: AbortSignal
}

/**
 * Resolves when ClickHouse knows that every partition has been read up to a moment: the days of long ago are then final.
 *
 * @throws {CaretallyError} `watermark_missing` when the consumer does not tell
 */
export async function awaitWatermark(options: AwaitOptions): Promise<void> {
  const { client, since_ms, wait_ms_max = WAIT_MS, clock, signal } = options
  const deadline_ms = clock.now() + wait_ms_max
  while ((await readWatermark(client)) < since_ms) {
    if (clock.now() >= deadline_ms) {
      throw new CaretallyError('watermark_missing', 'the consumer does not tell how far it has read', {
        hint: 'its log says why',
      })
    }
    await clock.sleep(POLL_MS, signal)
  }
}
