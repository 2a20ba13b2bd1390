import { type ClickHouseClient, insertBlock } from '@caretally/clickhouse'

import { type BatchGuard, keepTrying, type Patience } from './keep-trying.ts'
import { type Range, tokenOf } from './range.ts'
import type { RangeRows } from './range-rows.ts'

/** Writes ranges to ClickHouse. Calls may overlap, for different partitions. */
export class RangeWriter {
  readonly #clickhouse: ClickHouseClient
  readonly #patience: Patience

  constructor(clickhouse: ClickHouseClient, patience: Patience) {
    this.#clickhouse = clickhouse
    this.#patience = patience
  }

  /**
   * Resolves when every offset of the range has its row, exactly once however often the same range is written. While
   * ClickHouse cannot be reached, or answers with an error that may pass, the same blocks are sent again under the same
   * token.
   *
   * @throws {StaleEpochError} when the partition was lost meanwhile
   * @throws {CaretallyError} when no repetition would help; nothing may be committed then
   */
  async write(range: Range, rows: RangeRows, guard: BatchGuard): Promise<void> {
    const { clock, logger } = this.#patience
    const { topic, partition, first: first_offset, last: last_offset } = range
    const token = tokenOf(range)
    const start_ms = clock.now()
    for (const { table, columns, rows: count, encode } of rows.blocks()) {
      const insert = { table, columns, block: encode(), rows: count, token }
      const about = { operation: 'insert', table, partition, first_offset, last_offset }
      await keepTrying(() => insertBlock(this.#clickhouse, insert), guard, this.#patience, about)
    }
    const duration_ms = clock.now() - start_ms
    logger.debug({ topic, partition, first_offset, last_offset, ...rows.outcomes, duration_ms }, 'range written')
  }
}
