import { decodeEvent, type Interaction, type Kind, KINDS } from '@caretally/events'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'

import { datesBetween, datesOfYear, dayIn } from './calendar.ts'
import { generateDay } from './day-events.ts'
import type { Pseudonyms } from './members.ts'
import { createPlan, type Plan } from './plan.ts'
import type { PlannedRecord } from './planned-record.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import { createTally } from './tally.ts'

const NOW_MS = Date.UTC(2017, 0, 2)
const LOS_ANGELES = 'America/Los_Angeles'
const anyDate = fc.constantFrom(
  ...datesOfYear(2015),
  ...datesOfYear(2016),
  ...['2015-03-08', '2015-11-01', '2016-02-29', '2016-03-13', '2016-11-06', '2016-12-31'].flatMap((date) =>
    Array.from({ length: 50 }, () => date),
  ),
)

function planAt(scale: number, seed: number, timeZone = LOS_ANGELES): Plan {
  return createPlan({ scenario: kaiserScenario, scale, seed, timeZone })
}

/** The pseudonym tells the member, so that a test can. */
const bytes = Buffer.alloc(32)
const pseudonyms: Pseudonyms = {
  bytes,
  placeOf(member) {
    bytes.write(member.toString(16).padStart(32, '0'))
    return 0
  },
}

function generate(plan: Plan, date: string, kinds?: readonly Kind[]): PlannedRecord[] {
  return [...generateDay({ plan, day: dayIn(plan.timeZone, date), pseudonyms }, kinds)]
}

function decode({ value }: PlannedRecord): Interaction {
  const decoded = decodeEvent(value, NOW_MS)
  if (!decoded.ok) throw new Error(`${decoded.reason} ${decoded.detail}`)
  return decoded.interaction
}

test('every event is valid, is counted where it belongs, and falls into its day in the reporting zone', () => {
  const zones = fc.constantFrom(LOS_ANGELES, 'America/New_York', 'Australia/Lord_Howe', 'UTC')
  fc.assert(
    fc.property(anyDate, fc.nat(), zones, (date, seed, timeZone) => {
      const plan = planAt(10_000, seed, timeZone)
      for (const record of generate(plan, date)) {
        const { subject, time_ms, kind, channel, region, quantity } = decode(record)
        expect(record.key).toBe(subject)
        const zoned = Temporal.Instant.fromEpochMilliseconds(time_ms).toZonedDateTimeISO(timeZone)
        expect(zoned.toPlainDate().toString()).toBe(date)
        expect(record.date).toBe(date)
        const tally = createTally()
        tally.add(record.date, record.cell)
        expect([...tally.entries()]).toEqual([{ date, kind, channel, region, events: 1 }])
        expect(plan.population.regionOf(Number.parseInt(subject, 16))).toBe(region)
        expect(quantity).toBe(1)
      }
    }),
    { numRuns: 60 },
  )
})

test('a day has as many events of each kind as planned, in the order of their times', () => {
  fc.assert(
    fc.property(anyDate, fc.nat(), (date, seed) => {
      const plan = planAt(5_000, seed)
      const interactions = generate(plan, date).map(decode)
      for (const kind of KINDS) {
        expect(interactions.filter((interaction) => interaction.kind === kind)).toHaveLength(
          plan.quota(date, kind).count,
        )
      }
      const times = interactions.map(({ time_ms }) => time_ms)
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }),
    { numRuns: 30 },
  )
})

test('the events of a year have the channels and regions that the scenario says, to the event', () => {
  const plan = planAt(10_000, 7)
  const tally = createTally()
  for (const date of datesOfYear(2016)) for (const { cell } of generate(plan, date, ['login'])) tally.add(date, cell)
  const count = (name: string) =>
    [...tally.entries()].reduce(
      (sum, { channel, region, events }) => sum + (name === channel || name === region ? events : 0),
      0,
    )
  expect(tally.total).toBe(12_095)
  expect(count('mobile')).toBe(Math.round(12_095 * 0.61))
  expect(count('CA')).toBe(Math.round((12_095 * 8.4) / 10.7))
  expect(count('DC')).toBe(Math.round((12_095 * 0.06) / 10.7))
})

test('the same seed gives the same events, whatever else is generated, and another seed gives others', () => {
  fc.assert(
    fc.property(anyDate, fc.nat(), fc.subarray([...KINDS], { minLength: 1 }), (date, seed, kinds) => {
      const all = generate(planAt(10_000, seed), date)
      const some = generate(planAt(10_000, seed), date, kinds)
      expect(some.map(({ value }) => value.toString())).toEqual(
        all.filter((record) => kinds.includes(decode(record).kind)).map(({ value }) => value.toString()),
      )
      const ids = new Set(all.map((record) => decode(record).id))
      expect(generate(planAt(10_000, seed + 1), date).some((record) => ids.has(decode(record).id))).toBe(false)
    }),
    { numRuns: 30 },
  )
})

test('ids are UUIDv7 of the event’s time, and differ over two months', () => {
  const plan = planAt(1_000, 1)
  const interactions = datesBetween('2016-02-01', '2016-03-31').flatMap((date) => generate(plan, date).map(decode))
  // The time apart, the ids differ too: no day and no kind repeats another's random numbers.
  expect(new Set(interactions.map(({ id }) => id.slice(-12))).size).toBe(interactions.length)
  for (const { id, time_ms } of interactions.slice(0, 1_000)) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(time_ms)
  }
})

test('events follow the hours of the patients’ day', () => {
  const plan = planAt(100, 1)
  const hours = generate(plan, '2016-06-15', ['telehealth']).map(
    (record) => Temporal.Instant.fromEpochMilliseconds(decode(record).time_ms).toZonedDateTimeISO(LOS_ANGELES).hour,
  )
  const between = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length
  expect(between(8, 17) / hours.length).toBeGreaterThan(0.7)
  expect(between(0, 5) / hours.length).toBeLessThan(0.05)
})

test('members come back: a tenth of them make about half of a month’s events', () => {
  const plan = planAt(10_000, 1)
  const counts = new Map<string, number>()
  const records = datesBetween('2016-05-01', '2016-05-31').flatMap((date) => generate(plan, date))
  for (const { key } of records) counts.set(key, (counts.get(key) ?? 0) + 1)
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, plan.population.size / 10)
  expect(most.reduce((a, b) => a + b, 0) / records.length).toBeGreaterThan(0.4)
})
