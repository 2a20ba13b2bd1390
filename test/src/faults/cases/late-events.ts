import { countsFromDaily, countsFromEvents, runQuery } from '@caretally/clickhouse'
import { CHANNELS, encodeEvent, eventTypeOf, REGIONS } from '@caretally/events'
import { cellOf } from '@caretally/producers'
import { annualReport, findMetrics } from '@caretally/reporter'
import { CaretallyError, systemClock } from '@caretally/runtime'

import { type CaseRun, openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { createStream, type StreamRecord, TIME_ZONE } from '../stream.ts'

const EVENTS = 4_000
const EVENTS_LONG = 100_000
const YEAR = 2015

const lateEvents: FaultCase = {
  name: 'late events',
  description:
    'events of 2015 come after 2015 was reported, among those of 2016: the figure rises by exactly their number',
  async run({ shared, directory, isLong, without }) {
    const events = isLong ? EVENTS_LONG : EVENTS
    await using run = await openRun({ target: shared, directory })
    const consumer = await run.launch({ ...(without && { without }) })
    await run.publish(createStream({ events, from: '2015-06-01', duplicates_percent: 5 }))
    await run.drained()
    const before = await reportedIn(run, YEAR)

    const current = createStream({ events, seed: 2, from: '2016-02-01' })
    const late = createStream({ events: events / 2, seed: 3, from: '2015-03-01', duplicates_percent: 5 })
    await run.publish(alternate(current, late))
    await run.drained()
    await consumer.stop()
    const after = await reportedIn(run, YEAR)

    const counted = await run.verdict()
    const rows = await countedIn(run, YEAR)
    const expected = [before + events / 2, truthIn(run, YEAR), rows.raw, rows.daily]
    const difference = expected.reduce((sum, value) => sum + Math.abs(after - value), 0)
    return { faults: events / 2, ...counted, error: counted.error + difference }
  },
}

/** The first instant of 2016 in the reporting time zone. */
const TURN_MS = Date.parse('2016-01-01T08:00:00.000Z')
/** What of a time counts is the instant, in whatever offset it is written. */
const OFFSETS_H = [0, -8, 14]
const DISTANCES_MS = [-86_400_000, -28_800_000, -3_600_000, -2, -1, 0, 1, 2, 3_600_000, 28_800_000, 86_399_999]

const turnOfTheYear: FaultCase = {
  name: 'turn of the year',
  description:
    'events on both sides of the turn of 2015, to the millisecond and in several offsets, count for their own year',
  async run({ shared, directory, without }) {
    await using run = await openRun({ target: shared, directory })
    const consumer = await run.launch({ ...(without && { without }) })
    await run.publish(eventsAroundTurn())
    await run.publish(createStream({ events: EVENTS, from: '2015-12-30', duplicates_percent: 5 }))
    await run.drained()
    await consumer.stop()
    const counted = await run.verdict()
    let difference = 0
    for (const year of [YEAR, YEAR + 1]) {
      difference += Math.abs((await reportedIn(run, year)) - truthIn(run, year))
    }
    return { faults: OFFSETS_H.length * DISTANCES_MS.length, ...counted, error: counted.error + difference }
  },
}

function* eventsAroundTurn(): Generator<StreamRecord> {
  let number = 0
  for (const offset_h of OFFSETS_H) {
    for (const distance_ms of DISTANCES_MS) {
      number += 1
      const subject = number.toString(16).padStart(32, '0')
      const value = encodeEvent({
        specversion: '1.0',
        id: `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`,
        source: '/portal/web',
        type: eventTypeOf('login'),
        time: writeTime(TURN_MS + distance_ms, offset_h),
        subject,
        datacontenttype: 'application/json',
        data: { channel: 'web', region: 'CA', method: 'sso' },
      })
      const date = dateOf(distance_ms)
      const cell = cellOf(0, CHANNELS.indexOf('web'), REGIONS.indexOf('CA'))
      yield { key: subject, value, event: { key: subject, value, date, cell }, isMalformed: false }
    }
  }
}

/** Said here by hand, so that it does not depend on what is under test. */
function dateOf(distance_ms: number): string {
  return distance_ms < 0 ? '2015-12-31' : '2016-01-01'
}

function writeTime(time_ms: number, offset_h: number): string {
  const local = new Date(time_ms + offset_h * 3_600_000).toISOString().slice(0, -1)
  if (offset_h === 0) return `${local}Z`
  return `${local}${offset_h < 0 ? '-' : '+'}${String(Math.abs(offset_h)).padStart(2, '0')}:00`
}

async function reportedIn({ client }: CaseRun, year: number): Promise<number> {
  const metrics = findMetrics(['digital_interactions'])
  const [row] = await annualReport({ client, timeZone: TIME_ZONE, clock: systemClock, years: [year], metrics })
  if (typeof row?.value !== 'number') throw new CaretallyError('not_reported', `there is no figure for ${year}`)
  return row.value
}

async function countedIn({ client }: CaseRun, year: number): Promise<{ raw: number; daily: number }> {
  const range = { from: `${year}-01-01`, to: `${year}-12-31` }
  const [raw, daily] = await Promise.all([
    runQuery(client, countsFromEvents, { ...range, timeZone: TIME_ZONE }),
    runQuery(client, countsFromDaily, range),
  ])
  const sum = (rows: readonly { events: number }[]) => rows.reduce((total, { events }) => total + events, 0)
  return { raw: sum(raw), daily: sum(daily) }
}

function truthIn({ truth }: CaseRun, year: number): number {
  let events = 0
  for (const entry of truth.events.entries()) if (entry.date.startsWith(String(year))) events += entry.events
  return events
}

/** One of each in turn, until both are over. */
function* alternate<T>(a: Iterator<T, void>, b: Iterator<T, void>): Generator<T> {
  let open = [a, b]
  while (open.length > 0) {
    const goingOn: typeof open = []
    for (const iterator of open) {
      const next = iterator.next()
      if (next.done) continue
      yield next.value
      goingOn.push(iterator)
    }
    open = goingOn
  }
}

export const lateEventsAndTurn: FaultCase[] = [lateEvents, turnOfTheYear]
