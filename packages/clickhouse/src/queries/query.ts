import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'

import { toClickHouseError } from '../server-error.ts'

const READ_ROWS_MAX = 1_000_000

/** A SELECT, and what goes into it and comes out of it. */
export interface Query<Parameters extends z.ZodObject, Row extends z.ZodType> {
  /** What it tells, to go after "ClickHouse refused to tell". */
  name: string
  /** Values that `sql` binds as `{name:Type}`; those that choose columns are read by `sql` itself. */
  parameters: Parameters
  /** The columns of a row in their order; their names are those of the SELECT. */
  row: Row
  /** May choose among texts of ours; no value is ever put into it. */
  sql: (parameters: z.infer<Parameters>) => string
}

/** Keeps the types of a query's parts together. */
export function defineQuery<Parameters extends z.ZodObject, Row extends z.ZodType>(
  query: Query<Parameters, Row>,
): Query<Parameters, Row> {
  return query
}

/**
 * The rows of a query, checked.
 *
 * @throws {CaretallyError} `query_parameters_invalid`, `query_rows_unexpected` when they are not what the query promises
 *   or more than {@link READ_ROWS_MAX}, and those of {@link toClickHouseError}
 */
export async function runQuery<Parameters extends z.ZodObject, Row extends z.ZodType>(
  client: ClickHouseClient,
  query: Query<Parameters, Row>,
  parameters: z.input<Parameters>,
  signal?: AbortSignal,
): Promise<z.infer<Row>[]> {
  const bound = query.parameters.safeParse(parameters)
  if (!bound.success) {
    throw new CaretallyError('query_parameters_invalid', `wrong parameters to tell ${query.name}`, {
      cause: bound.error,
    })
  }
  const rows = z
    .array(query.row)
    .safeParse(await readRows(client, query.name, query.sql(bound.data), bound.data, signal))
  if (!rows.success) {
    const columns = [...new Set(rows.error.issues.map(({ path }) => String(path[1])))].join(', ')
    throw new CaretallyError('query_rows_unexpected', `ClickHouse told ${query.name} with unexpected ${columns}`)
  }
  return rows.data
}

async function readRows(
  client: ClickHouseClient,
  name: string,
  sql: string,
  parameters: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  signal?.throwIfAborted()
  try {
    const response = await client.query({
      query: sql,
      query_params: parameters,
      format: 'JSONEachRow',
      clickhouse_settings: { max_result_rows: String(READ_ROWS_MAX), result_overflow_mode: 'throw' },
      ...(signal && { abort_signal: signal }),
    })
    return await response.json()
  } catch (error) {
    signal?.throwIfAborted()
    throw toClickHouseError(error, `tell ${name}`)
  }
}
