import { type Kind, KINDS } from '@caretally/events'
import type { Acknowledgement, Publisher } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'

import { datesBetween, dayIn } from './calendar.ts'
import { generateDay, type PlannedRecord } from './day-events.ts'
import { createPseudonyms } from './members.ts'
import type { Plan } from './plan.ts'
import { createTally, type Tally } from './tally.ts'

export interface ReplayOptions {
  plan: Plan
  publisher: Pick<Publisher, 'partitions' | 'publish'>
  pseudonymize: (memberId: string) => string
  /** First and last date; the plan's by default. */
  from?: string
  to?: string
  kinds?: readonly Kind[]
  /** Of the days, the ones that this replay publishes; all of them by default. */
  share?: Share
  /** Where to count; also what is known when the replay ends before its time. */
  tally?: Tally
  /** Told after each acknowledgement. */
  onProgress?: (progress: ReplayProgress) => void
  signal?: AbortSignal
}

export interface ReplayProgress {
  acknowledged: number
  /** By all shares together. */
  planned: number
}

/** A part of the days: those whose number from 0, modulo `of`, is `index`. */
export interface Share {
  index: number
  of: number
}

const ALL: Share = { index: 0, of: 1 }

/** Records generated at a time for each partition: a little under the publisher's batch, since keys do not fall evenly. */
const BLOCK_ROWS_PER_PARTITION = 2_200
const BLOCK_ROWS_MAX = 20_000
/** Blocks on their way to Kafka while the next one is made. With more, records live long enough to cost the collector. */
const BLOCKS_OUTSTANDING_MAX = 2

/**
 * Publishes the plan's past days as fast as Kafka takes them: day by day, and within a day by time. Resolves to the tally
 * when all is acknowledged.
 *
 * The same plan gives the same events with the same ids, so a replay that was killed may be run again, from any day on:
 * what is published twice is dropped as a duplicate by the consumer.
 *
 * @throws {CaretallyError} `dates_reversed`, `date_not_in_scenario`, both before anything is published, or the publisher's
 */
export async function replay(options: ReplayOptions): Promise<Tally> {
  const { plan, publisher, kinds = KINDS, share = ALL, tally = createTally(), onProgress, signal } = options
  const { from = plan.from, to = plan.to } = options
  if (from > to) throw new CaretallyError('dates_reversed', `the first day, ${from}, is after the last, ${to}`)
  const all = datesBetween(from, to)
  const planned = countPlanned(plan, all, kinds)
  const dates = all.filter((_, index) => index % share.of === share.index)
  const pseudonymOf = createPseudonyms(options.pseudonymize, plan.population)
  const rows_max = Math.min(BLOCK_ROWS_MAX, BLOCK_ROWS_PER_PARTITION * publisher.partitions)
  const outstanding: Promise<void>[] = []

  function count({ records }: Acknowledgement<PlannedRecord>): void {
    for (const { date, cell } of records) tally.add(date, cell)
    onProgress?.({ acknowledged: tally.total, planned })
  }

  async function submit(block: PlannedRecord[]): Promise<void> {
    if (outstanding.length === BLOCKS_OUTSTANDING_MAX) await outstanding.shift()
    signal?.throwIfAborted()
    const published = publisher.publish(block, count)
    published.catch(() => undefined) // reported where it is awaited
    outstanding.push(published)
  }

  try {
    let block: PlannedRecord[] = []
    for (const date of dates) {
      const day = dayIn(plan.timeZone, date)
      for (const record of generateDay({ plan, day, pseudonymOf }, kinds)) {
        block.push(record)
        if (block.length < rows_max) continue
        await submit(block)
        block = []
      }
    }
    await submit(block)
    await Promise.all(outstanding)
    return tally
  } finally {
    await Promise.allSettled(outstanding)
  }
}

/** How many events the plan has for these dates and kinds. */
export function countPlanned(plan: Plan, dates: readonly string[], kinds: readonly Kind[] = KINDS): number {
  let planned = 0
  for (const date of dates) for (const kind of kinds) planned += plan.quota(date, kind).count
  return planned
}
