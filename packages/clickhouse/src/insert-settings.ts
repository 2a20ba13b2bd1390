import { CaretallyError } from '@caretally/runtime'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { z } from 'zod'

import { toClickHouseError } from './server-error.ts'

/**
 * Months from 2000 until a day from now are over 300 and grow by 12 a year; one range can hold events of them all, and
 * the server's limit of 100 would refuse it. 0 would mean no limit.
 */
const PARTITIONS_PER_BLOCK_MAX = 1_000

/**
 * What makes an insert count exactly once. All are stated with each insert, since defaults differ between versions and
 * server profiles.
 */
export const INSERT_SETTINGS = {
  // On by default since 26.3. The server may gather asynchronous inserts, and a range has to stay a block of its own.
  async_insert: 0,
  insert_deduplicate: 1,
  // 0 would drop a replay at the table and then skip the view too: an undercount if the first attempt broke in between.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A failing view must fail the insert, or its counts would be missing without a trace.
  materialized_views_ignore_errors: 0,
  // The four that keep the rows of a block together, however large they are, and in their order: a token covers a
  // block, not an insert.
  max_insert_threads: '1',
  input_format_parallel_parsing: 0,
  min_insert_block_size_rows: '0',
  min_insert_block_size_bytes: '0',
  max_partitions_per_insert_block: String(PARTITIONS_PER_BLOCK_MAX),
} as const satisfies ClickHouseSettings

/**
 * Settings that newer servers have, that would undo the ones above, and that cannot be pinned because an older server
 * refuses what it does not know.
 */
const FORBIDDEN_VALUES: Readonly<Record<string, readonly string[]>> = {
  deduplicate_insert: ['disable'],
  use_strict_insert_block_limits: ['1'],
}

const rowSchema = z.object({ name: z.string(), value: z.string() })

/**
 * Resolves when inserts run with {@link INSERT_SETTINGS} on this server, for this user.
 *
 * @throws {CaretallyError} `insert_settings_refused`, which names the settings
 */
export async function checkInsertSettings(client: ClickHouseClient): Promise<void> {
  const names = [...Object.keys(INSERT_SETTINGS), ...Object.keys(FORBIDDEN_VALUES)]
  const effective = await readSettings(client, names)
  const changed = Object.entries(INSERT_SETTINGS).filter(([name, value]) => effective.get(name) !== String(value))
  const forbidden = Object.entries(FORBIDDEN_VALUES).filter(([name, values]) =>
    values.includes(effective.get(name) ?? ''),
  )
  const wrong = [...changed, ...forbidden].map(([name]) => name)
  if (wrong.length > 0) {
    throw new CaretallyError(
      'insert_settings_refused',
      `the server overrides settings of inserts: ${wrong.join(', ')}`,
      {
        hint: 'remove them from the profile of the ClickHouse user',
      },
    )
  }
}

async function readSettings(client: ClickHouseClient, names: string[]): Promise<Map<string, string>> {
  try {
    const response = await client.query({
      query: 'SELECT name, value FROM system.settings WHERE name IN {names:Array(String)}',
      query_params: { names },
      format: 'JSONEachRow',
      clickhouse_settings: INSERT_SETTINGS,
    })
    const rows = z.array(rowSchema).parse(await response.json())
    return new Map(rows.map(({ name, value }) => [name, value]))
  } catch (error) {
    throw toClickHouseError(error, 'tell its settings')
  }
}
