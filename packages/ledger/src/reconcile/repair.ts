import { createHash } from 'node:crypto'

import { duplicatesBlock, insertBlock, runQuery, untilKept } from '@caretally/clickhouse'
import { CaretallyError, type Pace, retry } from '@caretally/runtime'

import { readExpiry } from './expiry.ts'
import type { RepeatedEvents } from './find-repeated.ts'
import type { Ledger, Place } from './ledger.ts'
import { type DayDrift, proveDays } from './prove-days.ts'
import { addMembers, insertCompensations, knownDuplicates, removeEvents } from './queries/mend.ts'
import { prove, type ReconcileOptions, toSource } from './reconcile.ts'
import type { Source } from './source.ts'

export interface Repair {
  /** Rows of `events` that were repeats of an earlier one and are now rows of `duplicates`. */
  removed: number
  /** Days whose counts were compensated; in order. */
  compensatedDays: string[]
  /** The proof after the repair. */
  ledger: Ledger
}

/** Proofs that have seen all there is, each with what it finds mended. One is enough unless others repair at the same time. */
const ROUNDS_MAX = 3
/** Compensations of one day by one and the same difference before giving up; see {@link compensateDays}. */
const COMPENSATIONS_MAX = 10
const REMOVED_TOGETHER_MAX = 500
/** Between two looks at what another repair has under way. */
const STILL_PACE: Pace = { first_ms: 50, max_ms: 50 }

/**
 * Mends what ClickHouse alone can mend, and proves the ledger anew: events that were accepted more than once keep their
 * first place, and days are compensated. Other drift needs what is in Kafka, and stays in the ledger that is returned.
 *
 * It may run while events flow in, and break off anywhere: each step is a pure function of what is settled, is done once
 * however often it is attempted, and a repair that comes later finds what is still to be done and nothing else. Two
 * repairs at once are safe for the same reason.
 *
 * @throws {CaretallyError} as `reconcile`
 */
export async function repair(options: ReconcileOptions): Promise<Repair> {
  const source = toSource(options)
  const compensatedDays = new Set<string>()
  let removed = 0
  for (let rounds = 0; ;) {
    const { ledger, repeated, dayDrift } = await prove(source)
    const isMendable = repeated.events.length > 0 || dayDrift.length > 0
    if (!isMendable || rounds === ROUNDS_MAX) {
      return { removed, compensatedDays: [...compensatedDays].sort(), ledger }
    }
    removed += await removeRepeats(source, repeated)
    if (!repeated.isTruncated) rounds += 1
    if (ledger.drift.some(({ type }) => type === 'uncommitted_rows')) continue
    for (const day of await compensateDays(source)) compensatedDays.add(day)
  }
}

/**
 * Turns repeats into duplicates: first the row of `duplicates`, then the row of `events` goes. Whatever happens between
 * the two, the event is still accepted twice and found again; and the row of `duplicates` is not written again, because
 * it is there or because its token is known.
 *
 * The daily counts are not touched here. They are compensated by comparison, which also mends what a broken-off repair
 * has left.
 */
async function removeRepeats(source: Source, { events }: RepeatedEvents): Promise<number> {
  const byPartition = new Map<number, Repeat[]>()
  for (const { id, source: portal, first, repeats } of events) {
    for (const { partition, offset } of repeats) {
      const repeat = { id, source: portal, offset, first }
      byPartition.set(partition, [...(byPartition.get(partition) ?? []), repeat])
    }
  }
  let removed = 0
  for (const [partition, repeats] of byPartition) {
    for (let start = 0; start < repeats.length; start += REMOVED_TOGETHER_MAX) {
      const some = repeats.slice(start, start + REMOVED_TOGETHER_MAX)
      await recordDuplicates(source, partition, some)
      const offsets = some.map(({ offset }) => offset)
      await removeEvents(source.clickhouse, partition, offsets)
      removed += some.length
    }
  }
  return removed
}

interface Repeat {
  id: string
  source: string
  offset: number
  first: Place
}

/**
 * Resolves when each of the repeats has its row in `duplicates`. One insert and one token for each row: two repairs that find
 * other repeats beside it still write this one once.
 */
async function recordDuplicates(source: Source, partition: number, repeats: readonly Repeat[]): Promise<void> {
  const { clickhouse, clock, signal } = source
  const token = `repair|${partition}|`
  const offsets = repeats.map(({ offset }) => offset)
  await untilKept({
    client: clickhouse,
    token,
    what: 'duplicates',
    signal,
    look: async () => {
      const known = await runQuery(clickhouse, knownDuplicates, { partition, offsets }, signal)
      const isKnown = new Set(known.map(({ offset }) => offset))
      const open = repeats.filter(({ offset }) => !isKnown.has(offset))
      const write = async (time: number) => {
        const again = time === 1 ? '' : `|again|${time - 1}`
        for (const repeat of open) await recordDuplicate(source, partition, repeat, `${token}${repeat.offset}${again}`)
      }
      return { rows: open.length, write }
    },
    insist: (attempt) =>
      retry(attempt, {
        clock,
        pace: STILL_PACE,
        shouldRetry: (error) => error instanceof CaretallyError && error.code === 'insert_under_way',
        ...(signal && { signal }),
      }),
  })
}

async function recordDuplicate({ clickhouse, signal }: Source, partition: number, repeat: Repeat, token: string) {
  const { id, source, offset, first } = repeat
  const duplicates = duplicatesBlock()
  duplicates.append({ id, source, firstOffset: first.offset }, partition, offset)
  const { table, columns, rows } = duplicates
  const block = duplicates.encode()
  await insertBlock(clickhouse, { table, columns, rows, block, token, ...(signal && { signal }) })
}

/**
 * Adds to the daily counts what they lack of raw, or takes away what they have too much, until a comparison finds no
 * difference. Returns the days.
 *
 * A compensation must count once although it may be attempted twice, by a repair that saw no answer or by two at once.
 * Its token is the day, its differences, and how often this repair has already compensated that day by the same
 * differences. Drift does not depend on events that flow in, so two repairs see the same differences and use the same
 * token: one of them counts. An attempt under a token that an earlier repair has used, for drift that happened to be the
 * same, changes nothing; the next comparison shows it, and the next number is taken. That is safe, because a comparison
 * is a proof: the difference is there after every insert under the numbers before.
 */
async function compensateDays(source: Source): Promise<string[]> {
  const attempts = new Map<string, number>()
  const days = new Set<string>()
  for (;;) {
    const { drift } = await proveDays(source, { expiry: await readExpiry(source) })
    const open = drift.filter((day) => (attempts.get(tokenOf(day)) ?? 0) < COMPENSATIONS_MAX)
    if (open.length === 0) return [...days]
    for (const drifting of open) {
      const token = tokenOf(drifting)
      const attempt = attempts.get(token) ?? 0
      attempts.set(token, attempt + 1)
      await compensateDay(source, drifting, `${token}|${attempt}`)
      days.add(drifting.day)
    }
  }
}

/**
 * Members of events that the counts lack are added. Members of events that were counted too much cannot be taken out of
 * a state, and stay; they are the same people unless the count was wrong in more than its number.
 */
async function compensateDay({ clickhouse, timeZone }: Source, drift: DayDrift, token: string): Promise<void> {
  const { day, differences } = drift
  if (differences.some(({ events }) => events > 0)) await addMembers(clickhouse, day, timeZone)
  await insertCompensations(
    clickhouse,
    differences.map((difference) => ({ day, ...difference })),
    token,
  )
}

function tokenOf({ day, differences }: DayDrift): string {
  const digest = createHash('sha256').update(JSON.stringify(differences)).digest('hex')
  return `repair|${day}|${digest}`
}
