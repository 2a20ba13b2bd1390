import { defineQuery } from '@caretally/clickhouse'
import { z } from 'zod'

/**
 * Which of some ids belong to accepted events, of any source, partition, offset and time. Events are not ordered by id, so
 * this reads the ids of all of them: ask for many at once.
 */
export const acceptedEvents = defineQuery({
  name: 'the accepted events of some ids',
  parameters: z.object({ ids: z.array(z.guid()) }),
  row: z.object({ id: z.guid(), source: z.string() }),
  sql: () => 'SELECT DISTINCT id, source FROM events WHERE id IN {ids:Array(UUID)}',
})
