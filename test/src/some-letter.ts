import type { ClickHouseClient } from '@caretally/clickhouse'

/** A dead letter, as the commands call it. */
export async function someLetter(database: ClickHouseClient): Promise<string> {
  const query = "SELECT concat(toString(kafka_partition), ':', toString(kafka_offset)) AS id FROM dead_letters LIMIT 1"
  const [letter] = await (await database.query({ query, format: 'JSONEachRow' })).json<{ id: string }>()
  return letter?.id ?? ''
}
