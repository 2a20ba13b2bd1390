import { randomUUID } from 'node:crypto'

import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'

import { type BlockInsert, insertBlock } from './insert.ts'
import { toClickHouseError } from './server-error.ts'

/** Asks whether a table would take rows, without giving them to it. */
export interface ContentProbe extends AsyncDisposable {
  /** @throws {CaretallyError} when the answer is not known, such as without a connection */
  accepts(rows: Pick<BlockInsert, 'columns' | 'block' | 'rows'>): Promise<boolean>
}

/**
 * A copy of the table without storage and without views, with its columns and constraints as they are now; it is dropped
 * when the probe is disposed of. What a view refuses it does not know.
 */
export async function openContentProbe(client: ClickHouseClient, table: 'events'): Promise<ContentProbe> {
  const probe = `${table}_probe_${randomUUID().replaceAll('-', '')}`
  // ClickHouse binds no identifier after AS; both names are ours
  await command(client, `CREATE TABLE ${probe} AS ${table} ENGINE = Null`)
  return {
    async accepts(rows) {
      try {
        await insertBlock(client, { ...rows, table: probe, token: 'probe' })
        return true
      } catch (error) {
        if (error instanceof CaretallyError && error.code === 'clickhouse_content_refused') return false
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      await command(client, `DROP TABLE IF EXISTS ${probe}`)
    },
  }
}

async function command(client: ClickHouseClient, query: string): Promise<void> {
  try {
    await client.command({ query })
  } catch (error) {
    throw toClickHouseError(error, 'find out which rows it refuses')
  }
}
