import { type ClickHouseClient, insertWatermarks } from '@caretally/clickhouse'
import { readAllCommitted } from '@caretally/kafka'
import type { Clock, Logger } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

/** How often what was read is recorded, while there is something to record. */
const INTERVAL_MS = 2_000
/** How often Kafka is asked which partitions have been read to their end: those without events are then known to have none. */
const LOOK_INTERVAL_MS = 60_000
/** What the last record may take when the consumer is being stopped. */
const LAST_MS_MAX = 3_000

interface WatermarkOptions {
  admin: Admin
  clickhouse: ClickHouseClient
  group: string
  topic: string
  clock: Clock
  logger: Logger
}

/** Up to when the partitions have been read, on its way into ClickHouse. */
export class Watermarks {
  readonly #options: WatermarkOptions
  /** Partition → what has not been recorded yet. */
  #noted = new Map<number, number>()
  /** Of the topic; 0 until Kafka has told. */
  #partitions = 0
  #looked_ms = -Infinity

  constructor(options: WatermarkOptions) {
    this.#options = options
  }

  /** All records of the partition are written up to one that Kafka appended at that time. */
  note(partition: number, appended_ms: number): void {
    this.#noted.set(partition, Math.max(appended_ms, this.#noted.get(partition) ?? -Infinity))
  }

  /** Records what is known, now and then until `signal` is aborted, and once more then. What fails is tried the next time. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    while (!signal.aborted) {
      await Promise.race([this.#record(signal), stopped]) // Kafka may be slow to say that it is gone
      await clock.sleep(INTERVAL_MS, signal).catch(() => undefined)
    }
    this.#looked_ms = -Infinity
    const end = new AbortController()
    const recorded = this.#record(end.signal).finally(() => end.abort())
    await Promise.race([recorded, clock.sleep(LAST_MS_MAX, end.signal).catch(() => undefined)])
    end.abort()
  }

  async #record(signal: AbortSignal): Promise<void> {
    const { clickhouse, clock, logger } = this.#options
    try {
      if (clock.now() - this.#looked_ms >= LOOK_INTERVAL_MS) await this.#look()
      if (this.#noted.size === 0 || this.#partitions === 0) return
      const watermarks = [...this.#noted].map(([partition, read_until_ms]) => ({ partition, read_until_ms }))
      await insertWatermarks(clickhouse, { partitions: this.#partitions, watermarks, signal })
      for (const { partition, read_until_ms } of watermarks) {
        if (this.#noted.get(partition) === read_until_ms) this.#noted.delete(partition)
      }
    } catch (error) {
      if (!signal.aborted) logger.warn({ error }, 'up to when the partitions have been read could not be recorded')
    }
  }

  /** A partition of which all that Kafka has now is committed has been read up to this moment, whoever reads it. */
  async #look(): Promise<void> {
    const { admin, group, topic, clock } = this.#options
    const asked_ms = clock.now()
    const ends = await admin.fetchTopicOffsets(topic)
    const committed = await readAllCommitted(admin, group, topic)
    this.#partitions = ends.length
    this.#looked_ms = asked_ms
    for (const { partition, low, high } of ends) {
      const next = committed.get(partition)?.next ?? Number(low)
      if (next >= Number(high)) this.note(partition, asked_ms)
    }
  }
}
