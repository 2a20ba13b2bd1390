import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'

import { runQuery } from './queries/query.ts'
import { insertsUnderWay } from './queries/recount.ts'

/** What is not there, and how to write it. */
export interface Lacking {
  rows: number
  /** Writes it, under a token of its own for each `time`, counted from 1: the same for everyone who writes the same rows. */
  write: (time: number) => Promise<void>
}

interface UntilKeptOptions {
  client: ClickHouseClient
  /** How the token of every insert begins that could bring the rows. */
  token: string
  /** Which rows of which table, to go after "rows of". */
  what: string
  look: () => Promise<Lacking>
  /** Repeats what rejects with an error that is retriable, such as `insert_under_way`. */
  insist: (attempt: () => Promise<Lacking>) => Promise<Lacking>
  /** Told before rows are written. */
  onLacking?: (rows: number) => void
  signal?: AbortSignal | undefined
}

/** A token is lost when the server is killed in one instant of an insert; so many in a row have another cause. */
const WRITES_MAX = 10

/**
 * Looks for rows and writes what lacks, until nothing does. That a server has taken an insert is not enough: it notes the
 * token of a part before it commits the part, and when it is killed between the two, it drops the rows each time they come
 * again under that token. What lacks counts only once no insert is under way that could bring it.
 *
 * @throws {CaretallyError} `rows_not_kept` when rows do not stay however often they are written
 */
export async function untilKept({
  client,
  token,
  what,
  look,
  insist,
  onLacking,
  signal,
}: UntilKeptOptions): Promise<void> {
  const lookWhenStill = async () => {
    const [underWay] = await runQuery(client, insertsUnderWay, { token }, signal)
    const lacking = await look()
    if (lacking.rows === 0 || underWay?.inserts === 0) return lacking
    throw new CaretallyError('insert_under_way', 'an insert of the same rows is still under way', { retriable: true })
  }
  for (let time = 1; ; time++) {
    const { rows, write } = await insist(lookWhenStill)
    if (rows === 0) return
    if (time > WRITES_MAX) {
      throw new CaretallyError('rows_not_kept', `ClickHouse does not keep ${rows} rows of ${what}`, {
        hint: 'look for what takes rows away, or hides them: a TTL, a row policy, a mutation',
      })
    }
    onLacking?.(rows)
    await write(time)
  }
}
