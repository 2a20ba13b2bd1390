import { readGroupPositions } from '@caretally/kafka'
import type { Clock, Logger } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import type { Meter } from './meter.ts'

interface LagWatchOptions {
  admin: Admin
  group: string
  topic: string
  /** Those that are this consumer's. */
  owned: () => ReadonlySet<number>
  meter: Pick<Meter, 'lags'>
  clock: Clock
  logger: Logger
}

const INTERVAL_MS = 5_000

/**
 * Asks Kafka every five seconds how far behind the partitions are, until `signal` is aborted. It is not told by those who
 * commit: while ClickHouse is away they commit nothing, and that is when somebody wants to know. What is not known, because
 * Kafka does not answer or the group is rebalancing, stays as it was.
 */
export async function watchLag(options: LagWatchOptions, signal: AbortSignal): Promise<void> {
  const { admin, group, topic, owned, meter, clock, logger } = options
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  const look = async () => {
    try {
      const positions = await readGroupPositions(admin, group, topic)
      const partitions = owned()
      const ours = positions.filter(({ partition }) => partitions.has(partition))
      if (partitions.size > 0) meter.lags(new Map(ours.map(({ partition, lag }) => [partition, lag])))
    } catch (error) {
      if (!signal.aborted) logger.debug({ error }, 'the lag could not be read')
    }
  }
  while (!signal.aborted) {
    await Promise.race([look(), stopped])
    await clock.sleep(INTERVAL_MS, signal).catch(() => undefined)
  }
}
