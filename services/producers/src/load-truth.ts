import { type Reason, REASONS } from '@caretally/events'
import { z } from 'zod'

import type { LoadRecord } from './load-stream.ts'
import { createTally, readTally, type Tally } from './tally.ts'

/** What has to become of the records that Kafka has acknowledged, by those who made them. */
export interface LoadTruth {
  readonly sent: number
  readonly accepted: Tally
  readonly duplicates: number
  readonly deadLetters: ReadonlyMap<Reason, number>
}

const ReasonName = z.custom<Reason>((value) => typeof value === 'string' && Object.hasOwn(REASONS, value))
const LoadTruthJson = z.strictObject({
  sent: z.int(),
  accepted: z.unknown(),
  duplicates: z.int(),
  deadLetters: z.array(z.tuple([ReasonName, z.int()])),
})

/** Counts records as they are acknowledged, in any order. */
export class LoadCount implements LoadTruth {
  sent = 0
  duplicates = 0
  readonly accepted = createTally()
  readonly deadLetters = new Map<Reason, number>()

  add(record: LoadRecord): void {
    this.sent += 1
    if (record.outcome === 'accepted') this.accepted.add(record.date, record.cell)
    else if (record.outcome === 'duplicate') this.duplicates += 1
    else this.deadLetters.set(record.reason, (this.deadLetters.get(record.reason) ?? 0) + 1)
  }

  /** What {@link readLoadTruth} reads. */
  toJSON(): unknown {
    const { sent, accepted, duplicates, deadLetters } = this
    return { sent, accepted, duplicates, deadLetters: [...deadLetters] }
  }
}

/** Throws when `json` is not what {@link LoadCount} writes. */
export function readLoadTruth(json: unknown): LoadTruth {
  const { sent, accepted, duplicates, deadLetters } = LoadTruthJson.parse(json)
  return { sent, accepted: readTally(accepted), duplicates, deadLetters: new Map(deadLetters) }
}
