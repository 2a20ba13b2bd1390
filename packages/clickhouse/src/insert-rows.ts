import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'

import { toClickHouseError } from './server-error.ts'

interface RowsInsert {
  table: string
  /** All columns of the table, unless they are named; those that a row lacks get their defaults. */
  columns?: [string, ...string[]]
  rows: readonly object[]
  settings: ClickHouseSettings
  /** What is done by this, as for {@link toClickHouseError}. */
  operation: string
  signal?: AbortSignal | undefined
}

/**
 * Inserts a few rows, as JSON; many are encoded as a block and go through `insertBlock`.
 *
 * @throws {CaretallyError} when ClickHouse fails; the rows may have been inserted or not
 */
export async function insertRows(client: ClickHouseClient, insert: RowsInsert): Promise<void> {
  const { table, columns, rows, settings, operation, signal } = insert
  try {
    await client.insert({
      table,
      ...(columns && { columns }),
      values: rows,
      format: 'JSONEachRow',
      clickhouse_settings: settings,
      ...(signal && { abort_signal: signal }),
    })
  } catch (error) {
    throw toClickHouseError(error, operation)
  }
}
