import { Readable } from 'node:stream'

import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'

import { INSERT_SETTINGS } from './insert-settings.ts'
import { toClickHouseError } from './server-error.ts'

export interface BlockInsert {
  table: string
  /** The columns in the block; those that are not named get their defaults. */
  columns: readonly string[]
  /** One block in the Native format, as `Block.encode` returns it. Must not change until the insert has settled. */
  block: Buffer
  /** Rows in the block; none is no insert at all. */
  rows: number
  /** Names the range: all inserts of a table under one token count once. */
  token: string
  /** Besides {@link INSERT_SETTINGS}; for tests that show what a setting is good for. */
  settings?: ClickHouseSettings
  queryId?: string
  signal?: AbortSignal
}

/**
 * Inserts one block; when it resolves, the rows are in the table and in its views, exactly once however often and from
 * however many places the same block has been inserted under the same token.
 *
 * After a rejection nobody knows what was written, in the table or in its views: insert the identical block under the
 * identical token again. The token does not protect another block or another table's rows, and it is forgotten after as
 * many further inserts as the table's deduplication window allows.
 *
 * @throws {CaretallyError} as {@link toClickHouseError}, with `retriable`; or the signal's reason
 */
export async function insertBlock(client: ClickHouseClient, insert: BlockInsert): Promise<void> {
  const { table, columns, block, rows, token, settings, queryId, signal } = insert
  if (token === '') throw new CaretallyError('token_empty', `an insert into ${table} has no token`)
  if (rows === 0) return
  signal?.throwIfAborted()
  try {
    const { stream } = await client.exec({
      query: `INSERT INTO {table:Identifier} (${columns.map(quoteName).join(', ')}) FORMAT Native`,
      query_params: { table },
      values: Readable.from([block], { objectMode: false }),
      clickhouse_settings: { ...INSERT_SETTINGS, ...settings, insert_deduplication_token: token },
      ...(queryId !== undefined && { query_id: queryId }),
      ...(signal && { abort_signal: signal }),
    })
    await expectEmpty(stream, table)
  } catch (error) {
    signal?.throwIfAborted()
    throw toClickHouseError(error, `insert into ${table}`)
  }
}

/** Reads the response to its end, without which the socket is lost. An insert answers nothing but an error. */
async function expectEmpty(stream: Readable, table: string): Promise<void> {
  let hasText = false
  for await (const _ of stream) hasText = true
  if (hasText) {
    throw new CaretallyError('clickhouse_insert_unclear', `ClickHouse answered an insert into ${table} with a text`, {
      retriable: true,
    })
  }
}

function quoteName(name: string): string {
  return `\`${name.replaceAll(/[`\\]/g, '\\$&')}\``
}
