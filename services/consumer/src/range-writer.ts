import {
  type ClickHouseClient,
  type ClickHouseSettings,
  contentProbe,
  insertBlock,
  WITHOUT_DAILY_COUNTS,
} from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'

import { findRefused } from './find-refused.ts'
import { type EpochGuard, keepTrying, type Patience } from './keep-trying.ts'
import { type Range, tokenOf } from './range.ts'
import type { FilledBlock, RangeRows } from './range-rows.ts'
import { type Inserted, recount } from './recount.ts'
import type { Build } from './test-build.ts'

/** A range on its way, and what has been inserted of it. */
interface Passage {
  range: Range
  rows: RangeRows
  guard: EpochGuard
  inserted: Inserted[]
  /** Whether each insert was attempted once, here and now. */
  isCertain: boolean
}

/** Writes ranges to ClickHouse. Calls may overlap, for different partitions. */
export class RangeWriter {
  readonly #clickhouse: ClickHouseClient
  readonly #timeZone: string
  readonly #patience: Patience
  readonly #build: Build

  constructor(clickhouse: ClickHouseClient, timeZone: string, patience: Patience, build: Build) {
    this.#clickhouse = clickhouse
    this.#timeZone = timeZone
    this.#patience = patience
    this.#build = build
  }

  /**
   * Resolves when every offset of the range has its row, exactly once however often the same range is written. While
   * ClickHouse cannot be reached, or answers with an error that may pass, the same blocks are sent again under the same
   * token. Events that it refuses for their content become dead letters, whose number is returned.
   *
   * @param isReplay whether the range was begun before, by whomever
   * @throws {StaleEpochError} when the partition was lost meanwhile
   * @throws {CaretallyError} when no repetition would help; nothing may be committed then
   */
  async write(range: Range, rows: RangeRows, guard: EpochGuard, isReplay: boolean): Promise<number> {
    const { clock, logger, meter } = this.#patience
    const { reached, recounts } = this.#build
    using _ = meter.waiting()
    const passage: Passage = { range, rows, guard, inserted: [], isCertain: !isReplay }
    const start_ms = clock.now()
    let refused = 0
    for (const block of rows.blocks()) {
      try {
        await this.#insert(block, passage)
      } catch (error) {
        const isContent = error instanceof CaretallyError && error.code === 'clickhouse_content_refused'
        if (!isContent || block.table !== 'events') throw error
        refused = await this.#insertAround(error, passage)
      }
      await reached(block.table)
    }
    if (recounts && !passage.isCertain) await this.#recount(passage)
    const { topic, partition, first: first_offset, last: last_offset } = range
    const duration_ms = clock.now() - start_ms
    logger.debug({ topic, partition, first_offset, last_offset, ...rows.outcomes, duration_ms }, 'range written')
    meter.wrote(rows.outcomesWithout(refused), rows.firstAppended_ms)
    return refused
  }

  async #insert(block: FilledBlock, passage: Passage, token = tokenOf(passage.range)) {
    if (block.rows === 0) return
    const attempts = await this.#send(block, token, passage)
    passage.inserted.push({ block, token })
    if (attempts > 1) passage.isCertain = false
  }

  /** Returns how many attempts it took. */
  async #send(
    { table, columns, rows, encode }: FilledBlock,
    token: string,
    { range, guard }: Passage,
    settings: ClickHouseSettings = {},
  ): Promise<number> {
    const { partition, first: first_offset, last: last_offset } = range
    const { token: choose, settings: ours } = this.#build
    const insert = { table, columns, block: encode(), rows, settings: { ...ours, ...settings } }
    const about = { operation: 'insert', table, partition, first_offset, last_offset } as const
    const { clock, meter } = this.#patience
    let attempts = 0
    const attempt = async () => {
      attempts += 1
      const start_ms = clock.now()
      await insertBlock(this.#clickhouse, { ...insert, token: choose(token) })
      meter.inserted(table, clock.now() - start_ms)
    }
    await keepTrying(attempt, guard, this.#patience, about)
    return attempts
  }

  async #recount(passage: Passage) {
    const { range, rows, guard, inserted } = passage
    const about = { partition: range.partition, first_offset: range.first, last_offset: range.last }
    await recount({
      clickhouse: this.#clickhouse,
      timeZone: this.#timeZone,
      logger: this.#patience.logger,
      range,
      inserted,
      eventsAt: (offsets) => rows.eventsAt(offsets),
      insert: async (block, token) => void (await this.#send(block, token, passage, WITHOUT_DAILY_COUNTS)),
      insist: (operation, attempt) => keepTrying(attempt, guard, this.#patience, { operation, ...about }),
    })
  }

  /**
   * Writes the events without those that ClickHouse refuses for their content. Those come first, as dead letters under a
   * token of their own: a replay finds the same ones and changes nothing.
   */
  async #insertAround(error: CaretallyError, passage: Passage) {
    const { range, rows, guard } = passage
    const accepted = rows.acceptedOffsets()
    const refused = new Set(await this.#findRefused(accepted, range, rows, guard))
    if (refused.size === 0) throw error // a view refuses them: what the table holds is not known
    await this.#insert(rows.refusedAt([...refused]), passage, `${tokenOf(range)}|refused`)
    const taken = accepted.filter((offset) => !refused.has(offset))
    await this.#insert(rows.eventsAt(taken), passage)
    const { partition, first: first_offset, last: last_offset } = range
    const { logger } = this.#patience
    logger.warn(
      { partition, first_offset, last_offset, dead_letters: refused.size, error },
      'events refused by ClickHouse',
    )
    return refused.size
  }

  async #findRefused(accepted: readonly number[], range: Range, rows: RangeRows, guard: EpochGuard) {
    const probe = contentProbe(this.#clickhouse, 'events')
    const about = { operation: 'find_refused_events', partition: range.partition } as const
    const attempt = <T>(operation: () => Promise<T>) => keepTrying(operation, guard, this.#patience, about)
    try {
      await attempt(() => probe.create())
      const refused = await findRefused(accepted, (offsets) => {
        const { columns, rows: count, encode } = rows.eventsAt(offsets)
        const question = { columns, rows: count, block: encode() }
        return attempt(() => probe.accepts(question))
      })
      await attempt(() => probe.drop())
      return refused
    } catch (error) {
      await probe.drop().catch(() => undefined) // an empty table may stay; what counts is what went wrong before
      throw error
    }
  }
}
