import { runQuery } from '@caretally/clickhouse'
import { LoginEventSchema } from '@caretally/events'
import { z } from 'zod'

import { attempt, type LetterStore } from './letter-store.ts'
import { letterCounts } from './queries/letter-counts.ts'
import type { Status } from './queries/values.ts'

export type LetterCount = z.infer<typeof letterCounts.row>

/** What the contract says of a source, as JSON Schema. */
const source = z
  .object({ pattern: z.string(), maxLength: z.int() })
  .parse(z.toJSONSchema(LoginEventSchema.shape.source))

interface ListOptions extends LetterStore {
  /** The reporting time zone. */
  timeZone: string
  /** Counts only letters of this status. */
  status?: Status | undefined
}

/**
 * The numbers of letters by reason, day of arrival and source; the source is null where none can be told.
 *
 * @throws {CaretallyError} when ClickHouse fails
 */
export async function listLetters({ timeZone, status, ...store }: ListOptions): Promise<LetterCount[]> {
  const asked = { timeZone, status, sourcePattern: source.pattern, sourceLengthMax: source.maxLength }
  return await attempt(() => runQuery(store.client, letterCounts, asked, store.signal), store)
}
