import { type ClickHouseClient, toClickHouseError } from '@caretally/clickhouse'

/** Drops the client's own database; when it resolves, the server has nothing left to merge. */
export async function dropDatabase(client: ClickHouseClient, database: string): Promise<void> {
  try {
    await client.command({
      query: 'DROP DATABASE {database:Identifier} SYNC',
      query_params: { database },
      http_headers: { 'X-ClickHouse-Database': 'system' },
    })
  } catch (error) {
    throw toClickHouseError(error, 'drop a database of the bench')
  }
}
