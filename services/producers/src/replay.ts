import { setImmediate } from 'node:timers/promises'

import { type Kind, KINDS, type PseudonymKey } from '@caretally/events'
import type { Publisher } from '@caretally/kafka'
import { CaretallyError, type Clock, systemClock } from '@caretally/runtime'

import { datesBetween, dayIn } from './calendar.ts'
import { drawDay } from './day-events.ts'
import { type EventBatch, EventBatches } from './event-batches.ts'
import { createPseudonyms } from './members.ts'
import type { Plan } from './plan.ts'
import { daysOfShare, type Share } from './shares.ts'
import { createTally, type Tally } from './tally.ts'

export interface ReplayOptions {
  plan: Plan
  publisher: Pick<Publisher, 'partitions' | 'publishBatch'>
  /** Of the members' pseudonyms. */
  pseudonymKey: PseudonymKey
  /** First and last date; the plan's by default. */
  from?: string
  to?: string
  kinds?: readonly Kind[]
  /** The part of the events that this replay publishes; all of them by default. */
  share?: Share
  /** Where to count; also what is known when the replay ends before its time. */
  tally?: Tally
  /** Told after each acknowledgement. */
  onProgress?: (progress: ReplayProgress) => void
  clock?: Clock
  signal?: AbortSignal
}

export interface ReplayProgress {
  acknowledged: number
  /** By all shares together. */
  planned: number
}

const ALL: Share = { index: 0, of: 1 }

/** Full batches on their way to Kafka while the next ones are filled. */
const BATCHES_OUTSTANDING_MAX_PER_PARTITION = 2

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
  const {
    plan,
    publisher,
    pseudonymKey,
    kinds = KINDS,
    share = ALL,
    tally = createTally(),
    onProgress,
    signal,
  } = options
  const { from = plan.from, to = plan.to, clock = systemClock } = options
  if (from > to) throw new CaretallyError('dates_reversed', `the first day, ${from}, is after the last, ${to}`)
  const dates = datesBetween(from, to)
  const planned = countPlanned(plan, dates, kinds)
  const pseudonyms = createPseudonyms(pseudonymKey, plan.population)
  const batches = new EventBatches(plan.population, pseudonyms, publisher.partitions)
  const outstanding_max = BATCHES_OUTSTANDING_MAX_PER_PARTITION * publisher.partitions
  const outstanding: Promise<void>[] = []

  async function publish({ partition, batch, tally: published }: EventBatch): Promise<void> {
    await publisher.publishBatch(partition, batch)
    tally.merge(published)
    onProgress?.({ acknowledged: tally.total, planned })
  }

  async function submit(batch: EventBatch): Promise<void> {
    if (outstanding.length === outstanding_max) await outstanding.shift()
    signal?.throwIfAborted()
    const publishing = publish(batch)
    publishing.catch(() => undefined) // reported where it is awaited
    outstanding.push(publishing)
    await setImmediate() // what was sent leaves, and what was answered is heard, while the next batch is filled
  }

  try {
    for (const { date, kinds: some } of daysOfShare(plan, dates, kinds, share)) {
      for (const event of drawDay({ plan, day: dayIn(plan.timeZone, date) }, some)) {
        const full = batches.add(event, date, clock)
        if (full !== undefined) await submit(full)
      }
    }
    for (const rest of batches.takeRest(clock)) await submit(rest)
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
