import { rm } from 'node:fs/promises'

import type { ClickHouseClient } from '@caretally/clickhouse'
import { startClickHouse } from '@caretally/infra'
import { CaretallyError } from '@caretally/runtime'
import { z } from 'zod'

import { openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const EVENTS = 6_000
const TABLES = ['events', 'daily_counts', 'duplicates', 'dead_letters']

const PartSchema = z.tuple([z.object({ path: z.string() })])

/**
 * ClickHouse notes the token of a part before it commits the part. A kill between the two leaves a token without its rows,
 * about once in 150 kills that meet an insert; taking the part away while the server is down leaves the same, each time.
 */
export const lostParts: FaultCase = {
  name: 'token noted, part lost',
  description: 'the newest part of each table is gone when ClickHouse comes back, and its token is not',
  needs: ['recount'],
  async run({ shared, directory, without }) {
    await using files = await makeOwnDirectory(directory, 'lost-parts')
    await using clickhouse = await startClickHouse({ directory: files.path })
    const { url, username, password } = clickhouse
    await using run = await openRun({ target: { ...shared, clickhouse: { url, username, password } }, directory })
    // merged with others, the part would be more than the range that is written again
    const keepParts = () => run.client.command({ query: 'SYSTEM STOP MERGES' })
    await keepParts()
    for (const [seed, table] of TABLES.entries()) {
      // the first range has events of two months, one of which is lost
      await run.publish(
        createStream({ events: EVENTS, seed, from: '2016-01-31', duplicates_percent: 10, malformed_percent: 5 }),
      )
      const killed = await run.launch({ kill: { after: 'events', pass: 1 }, ...(without && { without }) })
      const { signal } = await killed.ended
      if (signal !== 'SIGKILL') throw new CaretallyError('not_killed', 'no consumer was killed')
      const part = await newestPart(run.client, table)
      await clickhouse.kill()
      await rm(part, { recursive: true })
      await clickhouse.start()
      await keepParts()
      const consumer = await run.launch({ ...(without && { without }) })
      await run.drained()
      await endInOrder(consumer)
    }
    return { faults: TABLES.length, ...(await run.verdict()) }
  },
}

/** Where it lies. */
async function newestPart(client: ClickHouseClient, table: string): Promise<string> {
  const response = await client.query({
    query: `SELECT path FROM system.parts
      WHERE database = currentDatabase() AND table = {table:String} AND active
      ORDER BY max_block_number DESC LIMIT 1`,
    query_params: { table },
    format: 'JSONEachRow',
  })
  const [{ path }] = PartSchema.parse(await response.json())
  return path
}
