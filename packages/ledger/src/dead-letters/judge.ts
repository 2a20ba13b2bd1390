import { CONTRACT, type Contract, decodeEvent, type Interaction, type KnownEvent } from '@caretally/events'
import { BATCH_BYTES_MAX, type Header, type OutgoingRecord, recordBytes } from '@caretally/kafka'

import type { LetterId } from './letter-id.ts'

/** A letter and its record as it lay in Kafka. */
export interface Letter extends LetterId {
  /** Why it became one. */
  reason: string
  key: Buffer | null
  value: Buffer | null
  headers: readonly Header[]
}

/** The record of a letter that is an event by the contract, and what tells that event from others. */
export interface SoundRecord extends OutgoingRecord<Buffer | null>, LetterId {
  id: string
  source: string
}

/** Its bytes have expired, or were erased with a member. */
const NOT_KEPT = 'not_kept'

interface Judgement {
  sound: SoundRecord[]
  /** The reason of each letter that is still none; {@link NOT_KEPT} where there is nothing left to judge. */
  stillBad: string[]
}

/**
 * Judges letters by today's contract, or another one, as if they came to Kafka at `now_ms`.
 *
 * The event's member decides the partition of a record without a key, as its key would have: repeats of an event have to
 * meet in one partition, where the consumer looks for them.
 */
export function judge(
  letters: readonly Letter[],
  now_ms: number,
  contract: Contract<KnownEvent> = CONTRACT,
): Judgement {
  const judgement: Judgement = { sound: [], stillBad: [] }
  for (const letter of letters) {
    if (letter.value === null && letter.reason !== 'tombstone') {
      judgement.stillBad.push(NOT_KEPT)
      continue
    }
    const decoded = decodeEvent(letter.value, now_ms, contract)
    if (!decoded.ok) {
      judgement.stillBad.push(decoded.reason)
      continue
    }
    const record = toRecord(letter, decoded.interaction)
    if (recordBytes(record) > BATCH_BYTES_MAX) judgement.stillBad.push('too_large')
    else judgement.sound.push(record)
  }
  return judgement
}

function toRecord({ partition, offset, key, value, headers }: Letter, interaction: Interaction): SoundRecord {
  const { id, source, subject } = interaction
  const place = key === null ? { partitionKey: subject } : {}
  return { partition, offset, id, source, key, value: value ?? Buffer.alloc(0), headers, ...place }
}

/** The same for all records of one event. */
export function identityOf({ source, id }: { source: string; id: string }): string {
  return `${source} ${id}`
}
