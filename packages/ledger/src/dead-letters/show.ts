import { runQuery } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'
import type { z } from 'zod'

import { formatLetterId, type LetterId } from './letter-id.ts'
import { attempt, type LetterStore } from './letter-store.ts'
import { letterDecisions, letterDescription, letterValue } from './queries/letter.ts'
import type { Status } from './queries/values.ts'

export interface LetterDescription extends z.infer<typeof letterDescription.row> {
  id: string
  status: Status
  /** The latest first. */
  decisions: z.infer<typeof letterDecisions.row>[]
}

/**
 * All about a letter but what it holds.
 *
 * @throws {CaretallyError} `letter_unknown`, or when ClickHouse fails
 */
export async function describeLetter(id: LetterId, store: LetterStore): Promise<LetterDescription> {
  const { client, signal } = store
  const [description] = await attempt(() => runQuery(client, letterDescription, id, signal), store)
  if (description === undefined) throw letterUnknown(id)
  const decisions = await attempt(() => runQuery(client, letterDecisions, id, signal), store)
  return { id: formatLetterId(id), status: decisions[0]?.status ?? 'open', ...description, decisions }
}

/**
 * What a letter holds, byte for byte: health data. Null for a tombstone.
 *
 * @throws {CaretallyError} `letter_unknown`, or when ClickHouse fails
 */
export async function readLetterValue(id: LetterId, store: LetterStore): Promise<Buffer | null> {
  const [letter] = await attempt(() => runQuery(store.client, letterValue, id, store.signal), store)
  if (letter === undefined) throw letterUnknown(id)
  return letter.bytes
}

function letterUnknown(id: LetterId): CaretallyError {
  return new CaretallyError('letter_unknown', `there is no dead letter ${formatLetterId(id)}`, {
    hint: 'an ID is partition:offset, as the table dead_letters has them',
  })
}
