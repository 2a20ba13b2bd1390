import { INSERT_SETTINGS, insertRows } from '@caretally/clickhouse'

import type { LetterId } from './letter-id.ts'
import { attempt, type LetterStore } from './letter-store.ts'
import type { Status } from './queries/values.ts'

/**
 * Notes what was decided about letters. The latest decision holds, so it does no harm to note one twice; therefore it is
 * attempted again when the connection breaks.
 *
 * @throws {CaretallyError} when ClickHouse fails; the decision may have been noted or not
 */
export async function decide(letters: readonly LetterId[], status: Status, store: LetterStore): Promise<void> {
  if (letters.length === 0) return
  const rows = letters.map(({ partition, offset }) => ({ kafka_partition: partition, kafka_offset: offset, status }))
  const insert = () =>
    insertRows(store.client, {
      table: 'dead_letter_decisions',
      columns: ['kafka_partition', 'kafka_offset', 'status'],
      rows,
      settings: INSERT_SETTINGS,
      operation: 'note decisions about dead letters',
    })
  await attempt(insert, store)
}
