import {
  type ClickHouseClient,
  countUncounted,
  countWritten,
  type Lacking,
  runQuery,
  uncountedEvents,
  untilKept,
  writtenOffsets,
} from '@caretally/clickhouse'
import { CaretallyError, type Logger } from '@caretally/runtime'

import type { Operation } from './meter.ts'
import { type Range, tokenOf } from './range.ts'
import type { FilledBlock } from './range-rows.ts'

/** A block that ClickHouse has said is written, under this token. */
export interface Inserted {
  block: FilledBlock
  token: string
}

interface RecountOptions {
  clickhouse: ClickHouseClient
  timeZone: string
  logger: Logger
  range: Range
  /** Everything that was inserted of the range. */
  inserted: readonly Inserted[]
  /** The events at some of the range's offsets. */
  eventsAt: (offsets: readonly number[]) => FilledBlock
  /** Inserts rows that the daily counts have already. */
  insert: (block: FilledBlock, token: string) => Promise<void>
  /** Tries until it succeeds. */
  insist: <T>(operation: Operation, attempt: () => Promise<T>) => Promise<T>
}

/**
 * Resolves when all rows of a range are there, in their tables and in the daily counts.
 *
 * To be asked when it is not known what became of an insert, after the same blocks have been taken under the same tokens: what
 * lacks all the same is written under the next ones ({@link untilKept}). Whoever does this for a range uses the same
 * tokens for the same rows: two at once write them once.
 *
 * @throws {CaretallyError} `rows_not_kept` when they do not stay however often they are written
 */
export async function recount(options: RecountOptions): Promise<void> {
  const { clickhouse, timeZone, range, inserted, eventsAt, insert } = options
  const place = { partition: range.partition, from: range.first, before: range.last + 1 }
  for (const { block, token } of inserted) {
    const { table } = block
    await complete(options, table, async () => {
      const [counted] = await runQuery(clickhouse, countWritten, { table, ...place })
      if (counted?.offsets === block.rows) return { rows: 0, write: async () => undefined }
      const written = await runQuery(clickhouse, writtenOffsets, { table, ...place })
      const isWritten = new Set(written.map(({ offset }) => offset))
      const offsets = block.offsets().filter((offset) => !isWritten.has(offset))
      return {
        rows: offsets.length,
        write: (time) => insert(rowsAt(offsets, block, eventsAt), `${token}|again|${time}`),
      }
    })
  }
  await complete(options, 'daily_counts', async () => {
    const days = { ...place, timeZone }
    const rows = await runQuery(clickhouse, uncountedEvents, days)
    const count = (token: string) => countUncounted(clickhouse, { ...days, token })
    return {
      rows: rows[0]?.events ?? 0,
      write: (time) => options.insist('count_again', () => count(`${tokenOf(range)}|days|again|${time}`)),
    }
  })
}

function complete({ clickhouse, logger, range, insist }: RecountOptions, table: string, look: () => Promise<Lacking>) {
  const { topic, partition, first: first_offset, last: last_offset } = range
  return untilKept({
    client: clickhouse,
    token: tokenOf(range),
    what: `${table}, offsets ${first_offset} to ${last_offset} of partition ${partition}`,
    look,
    insist: (attempt) => insist('look_for_rows', attempt),
    onLacking: (rows) =>
      logger.warn(
        { topic, partition, first_offset, last_offset, table, rows },
        'rows lost by ClickHouse, written again',
      ),
  })
}

/** A table without partitions has all rows of a block or none; events have them by month. */
function rowsAt(offsets: number[], block: FilledBlock, eventsAt: RecountOptions['eventsAt']): FilledBlock {
  if (offsets.length === block.rows) return block
  if (block.table === 'events') return eventsAt(offsets)
  throw new CaretallyError('rows_not_kept', `${block.table} has lost some rows of a block and kept others`, {
    hint: 'npm run reconcile',
  })
}
