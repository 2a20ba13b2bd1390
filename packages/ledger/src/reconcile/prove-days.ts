import { runQuery } from '@caretally/clickhouse'

import type { Expiry } from './expiry.ts'
import { findSuspects } from './find-suspects.ts'
import type { DayAccount, DayDifference, Drift } from './ledger.ts'
import type { Counted } from './look.ts'
import { type Differences, measureDifferences } from './measure-differences.ts'
import { countedCombinations, countedDays, rawCombinations, rawDays } from './queries/day-counts.ts'
import type { Source } from './source.ts'
import type { Tally } from './tally.ts'

/** Days that are looked at in full at a time: 1,000 combinations each at most, within what one query may return. */
const DAYS_IN_FULL_MAX = 366

/** A day's drift, with all its differences. */
export interface DayDrift {
  day: string
  raw: number
  daily: number
  differences: DayDifference[]
}

interface DaysOptions {
  /** What may be missing from raw. */
  expiry?: Expiry | undefined
  /** False when there are rows beyond the settled ones, which the daily counts have too: no difference is a drift then. */
  isSettled?: boolean
  onRows?: (rows: number) => void
}

/** Proves for each day that the daily counts are those of the raw events, or says by how much they are not. */
export async function proveDays(source: Source, options: DaysOptions = {}) {
  const { expiry, isSettled = true, onRows = () => undefined } = options
  const { raw, daily, keys, suspects: differing } = await findSuspects(source, wholeDays(source, onRows))
  const expired = new Set(differing.filter((day) => expiry?.mayHaveTaken(day)))
  const suspects = differing.filter((day) => !expired.has(day))
  const { drift, undecided } = isSettled
    ? await differencesOf(source, suspects)
    : { drift: [], undecided: new Set(suspects) }
  const drifting = new Map(drift.map((found) => [found.day, found]))
  const days = keys.map((day): DayAccount => {
    const found = drifting.get(day)
    if (found) return { day, raw: found.raw, daily: found.daily, status: 'drift' }
    const events = raw.at(day).events
    if (expired.has(day)) return { day, raw: events, daily: daily.at(day).events, status: 'expired' }
    if (undecided.has(day)) return { day, raw: events, daily: daily.at(day).events, status: 'undecided' }
    return { day, raw: events, daily: events, status: 'holds' }
  })
  return { days, drift }
}

/** Differences that are named for a day. */
const DIFFERENCES_MAX = 50

export function toDrift({ differences, ...day }: DayDrift): Drift {
  const truncated = differences.length > DIFFERENCES_MAX
  return { type: 'day', ...day, differences: differences.slice(0, DIFFERENCES_MAX), truncated }
}

function wholeDays({ clickhouse, timeZone, signal }: Source, onRows: (rows: number) => void): Counted {
  return {
    addRaw: async (tally, range) => {
      const rows = await runQuery(clickhouse, rawDays, { ...range, timeZone }, signal)
      for (const { day, ...counts } of rows) tally.add(day, counts)
      onRows(rows.reduce((total, { events }) => total + events, 0))
    },
    addDaily: async (tally) => {
      for (const { day, ...counts } of await runQuery(clickhouse, countedDays, {}, signal)) tally.add(day, counts)
    },
  }
}

/**
 * Looks at these days in full. A day with an undecided combination is undecided, even if others of its combinations are
 * known to differ: what is mended, and under which token, must not depend on the moment.
 */
async function differencesOf(source: Source, days: readonly string[]) {
  const drift: DayDrift[] = []
  const undecided = new Set<string>()
  for (let start = 0; start < days.length; start += DAYS_IN_FULL_MAX) {
    const some = days.slice(start, start + DAYS_IN_FULL_MAX)
    const measured = await measureDifferences(source, combinationsOf(source, some))
    for (const [day, keys] of groupByDay(measured.keys)) {
      if (keys.some((key) => measured.undecided.has(key))) undecided.add(day)
      else drift.push(...driftOfDay(day, keys, measured))
    }
  }
  return { drift, undecided }
}

/** The daily events are told as what raw would need them to be less the difference, so that the three numbers agree. */
function driftOfDay(day: string, keys: readonly string[], { raw, differences }: Differences): DayDrift[] {
  const found = keys.flatMap((key): DayDifference[] => {
    const difference = differences.get(key)
    if (difference === undefined) return []
    const [, kind = '', channel = '', region = '', detail = ''] = key.split(SEPARATOR)
    return [{ kind, channel, region, detail, ...difference }]
  })
  if (found.length === 0) return []
  const events = keys.reduce((total, key) => total + raw.at(key).events, 0)
  const lacking = found.reduce((total, difference) => total + difference.events, 0)
  return [{ day, raw: events, daily: events - lacking, differences: found }]
}

/** Between the parts of a key; the contract allows no control characters in them. */
const SEPARATOR = '\u001F'

function combinationsOf({ clickhouse, timeZone, signal }: Source, days: string[]): Counted {
  const addTo = (tally: Tally, rows: readonly (DayDifference & { day: string })[]) => {
    for (const { day, kind, channel, region, detail, events, quantity } of rows) {
      const key = [day, kind, channel, region, detail].join(SEPARATOR)
      tally.add(key, { events, quantity, fingerprint: 0n })
    }
  }
  return {
    addRaw: async (tally, range) =>
      addTo(tally, await runQuery(clickhouse, rawCombinations, { ...range, days, timeZone }, signal)),
    addDaily: async (tally) => addTo(tally, await runQuery(clickhouse, countedCombinations, { days }, signal)),
  }
}

function groupByDay(keys: readonly string[]): Map<string, string[]> {
  const days = new Map<string, string[]>()
  for (const key of keys) {
    const [day = ''] = key.split(SEPARATOR)
    const keysOfDay = days.get(day)
    if (keysOfDay) keysOfDay.push(key)
    else days.set(day, [key])
  }
  return days
}
