import {
  type ClickHouseClient,
  countUncounted,
  countWritten,
  insertsUnderWay,
  runQuery,
  uncountedEvents,
  writtenOffsets,
} from '@caretally/clickhouse'
import { CaretallyError, type Logger } from '@caretally/runtime'

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
  insist: <T>(operation: string, attempt: () => Promise<T>) => Promise<T>
}

/** What is not there, and how to write it once under a token. */
interface Lacking {
  rows: number
  write: (token: string) => Promise<void>
}

/** A token is lost when the server is killed in one instant of an insert; so many in a row have another cause. */
const TIMES_MAX = 10

/**
 * Resolves when all rows of a range are there, in their tables and in the daily counts.
 *
 * A server that says so may be wrong. It notes the token of a part before it commits the part, and when it is killed
 * between the two, it drops the block each time it comes again. So when it is not known what became of an insert, the rows
 * are looked for after the same block has been taken, and those that lack are written under the next token. Whoever
 * does this for a range uses the same tokens for the same rows: two at once write them once.
 *
 * @throws {CaretallyError} `rows_not_kept` when they do not stay however often they are written
 */
export async function recount(options: RecountOptions): Promise<void> {
  const { clickhouse, timeZone, range, inserted, eventsAt, insert } = options
  const { partition, first, last } = range
  for (const { block, token } of inserted) {
    const { table } = block
    await complete(options, table, token, async () => {
      const [counted] = await runQuery(clickhouse, countWritten, { table, partition, first, last })
      if (counted?.offsets === block.rows) return { rows: 0, write: async () => undefined }
      const written = await runQuery(clickhouse, writtenOffsets, { table, partition, first, last })
      const isWritten = new Set(written.map(({ offset }) => offset))
      const offsets = block.offsets().filter((offset) => !isWritten.has(offset))
      return { rows: offsets.length, write: (again) => insert(rowsAt(offsets, block, eventsAt), again) }
    })
  }
  await complete(options, 'daily_counts', `${tokenOf(range)}|days`, async () => {
    const days = { partition, first, last, timeZone }
    const rows = await runQuery(clickhouse, uncountedEvents, days)
    return {
      rows: rows[0]?.events ?? 0,
      write: (token) => options.insist('count again', () => countUncounted(clickhouse, { ...days, token })),
    }
  })
}

async function complete(options: RecountOptions, table: string, token: string, look: () => Promise<Lacking>) {
  const { logger, range, insist } = options
  const { topic, partition, first: first_offset, last: last_offset } = range
  for (let time = 1; ; time++) {
    const { rows, write } = await insist('look for rows', () => lookWhenStill(options, look))
    if (rows === 0) return
    if (time > TIMES_MAX) {
      const place = `offsets ${first_offset} to ${last_offset} of partition ${partition}`
      throw new CaretallyError('rows_not_kept', `ClickHouse does not keep ${rows} rows of ${table}, ${place}`, {
        hint: `look for what takes rows away from ${table}, or hides them: a TTL, a row policy, a mutation`,
      })
    }
    logger.warn({ topic, partition, first_offset, last_offset, table, rows }, 'rows lost by ClickHouse, written again')
    await write(`${token}|again|${time}`)
  }
}

/** What lacks counts only when no insert of the range was under way: by a connection that broke, or by an owner before. */
async function lookWhenStill({ clickhouse, range }: RecountOptions, look: () => Promise<Lacking>): Promise<Lacking> {
  const [underWay] = await runQuery(clickhouse, insertsUnderWay, { token: tokenOf(range) })
  const lacking = await look()
  if (lacking.rows === 0 || underWay?.inserts === 0) return lacking
  throw new CaretallyError('insert_under_way', 'an insert of the range is still under way', { retriable: true })
}

/** A table without partitions has all rows of a block or none; events have them by month. */
function rowsAt(offsets: number[], block: FilledBlock, eventsAt: RecountOptions['eventsAt']): FilledBlock {
  if (offsets.length === block.rows) return block
  if (block.table === 'events') return eventsAt(offsets)
  throw new CaretallyError('rows_not_kept', `${block.table} has lost some rows of a block and kept others`, {
    hint: 'npm run reconcile',
  })
}
