import { readAllCommitted } from '@caretally/kafka'
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
  const { owned, meter, clock, logger } = options
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  const look = async () => {
    try {
      const lags = await readLags(options)
      const partitions = owned()
      if (partitions.size > 0) meter.lags(new Map([...lags].filter(([partition]) => partitions.has(partition))))
    } catch (error) {
      if (!signal.aborted) logger.debug({ error }, 'the lag could not be read')
    }
  }
  while (!signal.aborted) {
    await Promise.race([look(), stopped])
    await clock.sleep(INTERVAL_MS, signal).catch(() => undefined)
  }
}

/** Of all partitions. */
async function readLags({ admin, group, topic }: LagWatchOptions): Promise<Map<number, number>> {
  // the group first: read the other way round, it could seem to be beyond the end
  const committed = await readAllCommitted(admin, group, topic)
  const ends = await admin.fetchTopicOffsets(topic)
  return new Map(
    ends.map(({ partition, low, high }) => [partition, Number(high) - (committed.get(partition)?.next ?? Number(low))]),
  )
}
