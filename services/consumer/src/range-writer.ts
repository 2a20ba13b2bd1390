import { type ClickHouseClient, insertBlock, openContentProbe } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'

import { findRefused } from './find-refused.ts'
import { type BatchGuard, keepTrying, type Patience } from './keep-trying.ts'
import { type Range, tokenOf } from './range.ts'
import type { FilledBlock, RangeRows } from './range-rows.ts'
import type { Build } from './test-build.ts'

/** Writes ranges to ClickHouse. Calls may overlap, for different partitions. */
export class RangeWriter {
  readonly #clickhouse: ClickHouseClient
  readonly #patience: Patience
  readonly #build: Build

  constructor(clickhouse: ClickHouseClient, patience: Patience, build: Build) {
    this.#clickhouse = clickhouse
    this.#patience = patience
    this.#build = build
  }

  /**
   * Resolves when every offset of the range has its row, exactly once however often the same range is written. While
   * ClickHouse cannot be reached, or answers with an error that may pass, the same blocks are sent again under the same
   * token. Events that it refuses for their content become dead letters, whose number is returned.
   *
   * @throws {StaleEpochError} when the partition was lost meanwhile
   * @throws {CaretallyError} when no repetition would help; nothing may be committed then
   */
  async write(range: Range, rows: RangeRows, guard: BatchGuard): Promise<number> {
    const { clock, logger, meter } = this.#patience
    const { reached } = this.#build
    const token = tokenOf(range)
    const start_ms = clock.now()
    let refused = 0
    for (const block of rows.blocks()) {
      try {
        await this.#insert(block, range, token, guard)
      } catch (error) {
        const isContent = error instanceof CaretallyError && error.code === 'clickhouse_content_refused'
        if (!isContent || block.table !== 'events') throw error
        refused = await this.#insertAround(error, range, rows, token, guard)
      }
      await reached(block.table)
    }
    const { topic, partition, first: first_offset, last: last_offset } = range
    const duration_ms = clock.now() - start_ms
    logger.debug({ topic, partition, first_offset, last_offset, ...rows.outcomes, duration_ms }, 'range written')
    meter.wrote(rows.outcomesWithout(refused))
    return refused
  }

  async #insert({ table, columns, rows, encode }: FilledBlock, range: Range, token: string, guard: BatchGuard) {
    const { partition, first: first_offset, last: last_offset } = range
    if (rows === 0) return
    const { settings, token: choose } = this.#build
    const insert = { table, columns, block: encode(), rows, settings }
    const about = { operation: 'insert', table, partition, first_offset, last_offset }
    const { clock, meter } = this.#patience
    const attempt = async () => {
      const start_ms = clock.now()
      await insertBlock(this.#clickhouse, { ...insert, token: choose(token) })
      meter.inserted(table, clock.now() - start_ms)
    }
    await keepTrying(attempt, guard, this.#patience, about)
  }

  /**
   * Writes the events without those that ClickHouse refuses for their content. Those come first, as dead letters under a
   * token of their own: a replay finds the same ones and changes nothing.
   */
  async #insertAround(error: CaretallyError, range: Range, rows: RangeRows, token: string, guard: BatchGuard) {
    const accepted = rows.acceptedOffsets()
    const refused = new Set(await this.#findRefused(accepted, range, rows, guard))
    if (refused.size === 0) throw error // a view refuses them: what the table holds is not known
    await this.#insert(rows.refusedAt([...refused]), range, `${token}|refused`, guard)
    const taken = accepted.filter((offset) => !refused.has(offset))
    await this.#insert(rows.eventsAt(taken), range, token, guard)
    const { partition, first: first_offset, last: last_offset } = range
    const { logger } = this.#patience
    logger.warn(
      { partition, first_offset, last_offset, dead_letters: refused.size, error },
      'events refused by ClickHouse',
    )
    return refused.size
  }

  async #findRefused(accepted: readonly number[], range: Range, rows: RangeRows, guard: BatchGuard) {
    await using probe = await openContentProbe(this.#clickhouse, 'events')
    const about = { operation: 'find refused events', partition: range.partition }
    return await findRefused(accepted, (offsets) => {
      const { columns, rows: count, encode } = rows.eventsAt(offsets)
      const question = { columns, rows: count, block: encode() }
      return keepTrying(() => probe.accepts(question), guard, this.#patience, about)
    })
  }
}
