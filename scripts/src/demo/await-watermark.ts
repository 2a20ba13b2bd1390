import { type ClickHouseClient, readWatermark } from '@caretally/clickhouse'
import { CaretallyError, type Clock } from '@caretally/runtime'

const POLL_MS = 100
/** A consumer tells every two seconds how far it has come. */
const WAIT_MS_MAX = 30_000

interface AwaitOptions {
  client: ClickHouseClient
  /** Milliseconds since the Unix epoch. */
  since_ms: number
  clock: Clock
  signal: AbortSignal
}

/**
 * Resolves when ClickHouse knows that every partition has been read up to a moment: the days of long ago are then final.
 *
 * @throws {CaretallyError} `watermark_missing` when the consumer does not tell
 */
export async function awaitWatermark({ client, since_ms, clock, signal }: AwaitOptions): Promise<void> {
  const deadline_ms = clock.now() + WAIT_MS_MAX
  while ((await readWatermark(client)) < since_ms) {
    if (clock.now() >= deadline_ms) {
      throw new CaretallyError('watermark_missing', 'the consumer does not tell how far it has read', {
        hint: 'its log says why',
      })
    }
    await clock.sleep(POLL_MS, signal)
  }
}
