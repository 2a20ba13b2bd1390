import { type ClickHouseClient, insertBlock } from '@caretally/clickhouse'

import type { RangeOfMessages } from './cursor.ts'
import { type BatchGuard, keepTrying, type Patience } from './keep-trying.ts'
import { tokenOf } from './range.ts'
import { RangeRows } from './range-rows.ts'

/** Writes ranges to ClickHouse. Calls may overlap, for different partitions. */
export class RangeWriter {
  readonly #clickhouse: ClickHouseClient
  readonly #patience: Patience
  /** Rows whose memory is free for the next range. */
  readonly #spare: RangeRows[] = []

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
  async write(work: RangeOfMessages, guard: BatchGuard): Promise<void> {
    const { clock, logger } = this.#patience
    const { topic, partition, first: first_offset, last: last_offset } = work.range
    const token = tokenOf(work.range)
    const rows = this.#spare.pop() ?? new RangeRows()
    try {
      const start_ms = clock.now()
      rows.fill(work)
      for (const { table, columns, rows: count, encode } of rows.blocks()) {
        const insert = { table, columns, block: encode(), rows: count, token }
        const about = { operation: 'insert', table, partition, first_offset, last_offset }
        await keepTrying(() => insertBlock(this.#clickhouse, insert), guard, this.#patience, about)
      }
      const { accepted, deadLetters: dead_letters } = rows
      const duration_ms = clock.now() - start_ms
      logger.debug(
        { topic, partition, first_offset, last_offset, accepted, dead_letters, duration_ms },
        'range written',
      )
    } finally {
      this.#spare.push(rows)
    }
  }
}
