import type { Publisher } from '@caretally/kafka'
import type { LoadRecord } from '@caretally/producers'
import type { Clock } from '@caretally/runtime'

interface PublishOptions {
  publisher: Pick<Publisher, 'partitions' | 'publish'>
  stream: Iterator<LoadRecord, void>
  onAcknowledged: (records: readonly LoadRecord[]) => void
  signal: AbortSignal
}

/** Records made at a time for each partition: a little under the publisher's batch, since keys do not fall evenly. */
const BLOCK_ROWS_PER_PARTITION = 900
const BLOCK_ROWS_MAX = 20_000
/** Blocks on their way to Kafka while the next one is made. */
const BLOCKS_OUTSTANDING_MAX = 3
const TICK_MS = 50

/** Publishes the stream as fast as Kafka takes it. Resolves when all of it is acknowledged. */
export async function publishFast({ publisher, stream, onAcknowledged, signal }: PublishOptions): Promise<void> {
  const rows_max = Math.min(BLOCK_ROWS_MAX, BLOCK_ROWS_PER_PARTITION * publisher.partitions)
  const outstanding: Promise<void>[] = []
  try {
    for (let block = take(stream, rows_max); block.length > 0; block = take(stream, rows_max)) {
      if (outstanding.length === BLOCKS_OUTSTANDING_MAX) await outstanding.shift()
      signal.throwIfAborted()
      const published = publisher.publish(block, ({ records }) => onAcknowledged(records))
      published.catch(() => undefined) // reported where it is awaited
      outstanding.push(published)
    }
    await Promise.all(outstanding)
  } finally {
    await Promise.allSettled(outstanding)
  }
}

/**
 * Publishes the stream at a rate; what could not be published in time is made up for. Resolves when all is acknowledged.
 */
export async function publishAtRate(
  rate_per_second: number,
  clock: Clock,
  { publisher, stream, onAcknowledged, signal }: PublishOptions,
): Promise<void> {
  const start_ms = clock.now()
  for (let published = 0; ; await clock.sleep(TICK_MS, signal)) {
    const due = Math.floor(((clock.now() - start_ms) * rate_per_second) / 1_000) - published
    for (let rest = due; rest > 0; rest -= BLOCK_ROWS_MAX) {
      const block = take(stream, Math.min(rest, BLOCK_ROWS_MAX))
      if (block.length === 0) return
      await publisher.publish(block, ({ records }) => onAcknowledged(records))
      published += block.length
    }
  }
}

/** The next so many records, or the rest. */
function take(stream: Iterator<LoadRecord, void>, count: number): LoadRecord[] {
  const block: LoadRecord[] = []
  while (block.length < count) {
    const { value, done } = stream.next()
    if (done) break
    block.push(value)
  }
  return block
}
