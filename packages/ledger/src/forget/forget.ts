import { type ClickHouseClient, insertRows, runQuery } from '@caretally/clickhouse'
import { CaretallyError, type Clock, systemClock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'
import { randomUUID } from 'node:crypto'

import { readPositions } from '../reconcile/positions.ts'
import {
  blankDuplicates,
  blankLetters,
  erasedDuplicates,
  erasedEventsLeft,
  lettersWith,
  memberDuplicates,
  memberEvents,
  noteErased,
  openMutations,
  removeErased,
} from './queries.ts'

export interface ForgetOptions {
  /** Connected. */
  kafkaAdmin: Admin
  /** Its request timeout has to allow for a scan of all pseudonyms. */
  clickhouse: ClickHouseClient
  group: string
  topic: string
  /** The reporting time zone, which has to be the schema's. */
  timeZone: string
  /** The member's pseudonyms: 32 hex characters each, in lower case. */
  subjects: readonly string[]
  /** Says what would be erased, and erases nothing. */
  isDryRun: boolean
  /** For the record. */
  requestedBy: string
  clock?: Clock
  signal?: AbortSignal
  onProgress?: (step: string) => void
}

export interface Forgotten {
  /** Rows of `events` that are gone, or would be; and so on. */
  events: number
  duplicates: number
  deadLetters: number
  /** On how many days the events were. */
  days: number
  partitions: number[]
  /** Events that were just being written, and are still there: the same call, later, takes them too. */
  unsettled: number
}

const POLL_MS = 200
/** Bounded by the length of the mutation, which ClickHouse keeps. */
const LETTERS_TOGETHER_MAX = 1_000

/**
 * Takes a member out of what is stored: their raw events, the ids of the repeats of those, and the bytes of dead letters in which
 * one of the pseudonyms stands. Counts stay. When it resolves, ClickHouse has written the rows anew without them.
 *
 * It may run while events flow in, break off anywhere, and be repeated: what is to go is noted first, by place and count, and then
 * everything that is noted is removed, by whomever it was noted. Only what is settled is touched: a range that is written again
 * after a crash would else bring its events back. What is in Kafka stays there until its retention ends.
 *
 * @throws {CaretallyError} `erasure_failed` when ClickHouse cannot write the rows anew, and those of ClickHouse and Kafka
 */
export async function forget(options: ForgetOptions): Promise<Forgotten> {
  const { clickhouse, signal, isDryRun, requestedBy } = options
  const step = (name: string) => {
    signal?.throwIfAborted()
    options.onProgress?.(name)
  }
  step('looking for what is stored of the member')
  const found = await findMember(options)
  if (isDryRun) return found.forgotten

  const { events, duplicates, deadLetters: dead_letters, days, partitions } = found.forgotten
  const erasure = {
    erasure: randomUUID(),
    events,
    duplicates,
    dead_letters,
    days,
    partitions,
    requested_by: requestedBy,
  }
  await keepRecord(clickhouse, { ...erasure, status: 'begun' })
  step('noting what is erased')
  for (const settled of found.members) {
    await noteErased(clickhouse, { ...settled, timeZone: options.timeZone })
  }

  step('erasing')
  const [repeats] = await runQuery(clickhouse, erasedDuplicates, {}, signal)
  if (repeats && repeats.rows > 0) await blankDuplicates(clickhouse)
  for (let start = 0; start < found.letters.length; start += LETTERS_TOGETHER_MAX) {
    await blankLetters(clickhouse, found.letters.slice(start, start + LETTERS_TOGETHER_MAX))
  }
  await untilMutated(options) // the ids of the repeats are found by the events
  const [left] = await runQuery(clickhouse, erasedEventsLeft, {}, signal)
  if (left && left.rows > 0) await removeErased(clickhouse)
  await untilMutated(options)
  await keepRecord(clickhouse, { ...erasure, status: 'done' })
  return found.forgotten
}

async function findMember(options: ForgetOptions) {
  const { kafkaAdmin: admin, clickhouse, group, topic, timeZone, subjects, signal } = options
  const positions = [...(await readPositions({ admin, group, topic }))]
  const at = { partitions: positions.map(([partition]) => partition), nexts: positions.map(([, { next }]) => next) }
  const members = subjects.map((subject) => ({ subject, ...at }))
  const letters = await runQuery(clickhouse, lettersWith, { texts: [...subjects] }, signal)
  const forgotten: Forgotten = {
    events: 0,
    duplicates: 0,
    deadLetters: letters.length,
    days: 0,
    partitions: [],
    unsettled: 0,
  }
  const days = new Set<string>()
  for (const settled of members) {
    for (const row of await runQuery(clickhouse, memberEvents, { ...settled, timeZone }, signal)) {
      forgotten.events += row.settled
      forgotten.unsettled += row.unsettled
      if (row.settled > 0) forgotten.partitions.push(row.partition)
      for (const day of row.days) days.add(day)
    }
    const [duplicates] = await runQuery(clickhouse, memberDuplicates, settled, signal)
    forgotten.duplicates += duplicates?.rows ?? 0
  }
  forgotten.days = days.size
  return { members, letters, forgotten }
}

/** Resolves when ClickHouse has written anew all parts that had something to erase. */
async function untilMutated({ clickhouse, clock = systemClock, signal, onProgress }: ForgetOptions): Promise<void> {
  for (;;) {
    const [open] = await runQuery(clickhouse, openMutations, {}, signal)
    if (open === undefined) return
    if (open.failures > 0) {
      throw new CaretallyError('erasure_failed', 'ClickHouse could not write the rows anew, and goes on trying', {
        hint: 'see latest_fail_reason in system.mutations; once that is mended, run the same command again',
      })
    }
    onProgress?.(`erasing, ${open.parts.toLocaleString('en-US')} parts to go`)
    await clock.sleep(POLL_MS, signal)
  }
}

async function keepRecord(clickhouse: ClickHouseClient, row: object): Promise<void> {
  await insertRows(clickhouse, {
    table: 'erasures',
    columns: ['erasure', 'status', 'events', 'duplicates', 'dead_letters', 'days', 'partitions', 'requested_by'],
    rows: [row],
    settings: { async_insert: 0 },
    operation: 'keep a record of the erasure',
  })
}
