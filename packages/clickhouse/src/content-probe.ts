import { randomUUID } from 'node:crypto'

import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'

import { type BlockInsert, insertBlock } from './insert.ts'
import { toClickHouseError } from './server-error.ts'

/** Asks whether a table would take rows, without giving them to it. Everything may be repeated. */
export interface ContentProbe {
  /** To be called first. */
  create(): Promise<void>
  /** @throws {CaretallyError} when the answer is not known, such as without a connection */
  accepts(rows: Pick<BlockInsert, 'columns' | 'block' | 'rows'>): Promise<boolean>
  /** To be called last. */
  drop(): Promise<void>
}

/**
 * A copy of the table without storage and without views, with its columns and constraints as they are when it is created. What
 * a view refuses it does not know.
 */
export function contentProbe(client: ClickHouseClient, table: 'events'): ContentProbe {
  const probe = `${table}_probe_${randomUUID().replaceAll('-', '')}`
  return {
    // ClickHouse binds no identifier after AS; both names are ours
    create: () => command(client, `CREATE TABLE IF NOT EXISTS ${probe} AS ${table} ENGINE = Null`),
    async accepts(rows) {
      try {
        await insertBlock(client, { ...rows, table: probe, token: 'probe' })
        return true
      } catch (error) {
        if (error instanceof CaretallyError && error.code === 'clickhouse_content_refused') return false
        throw error
      }
    },
    drop: () => command(client, `DROP TABLE IF EXISTS ${probe}`),
  }
}

async function command(client: ClickHouseClient, query: string): Promise<void> {
  try {
    await client.command({ query })
  } catch (error) {
    throw toClickHouseError(error, 'find out which rows it refuses')
  }
}
