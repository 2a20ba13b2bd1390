import { CHANNELS, decodeEvent, KINDS, REGIONS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { dayAt } from './calendar.ts'
import { createLoadStream, type LoadRecord, type LoadStreamOptions } from './load-stream.ts'
import { LoadCount, readLoadTruth } from './load-truth.ts'
import { MALFORMATIONS } from './malformations.ts'
import { cellOf } from './tally.ts'

const timeZone = 'America/Los_Angeles'
const from_ms = Date.UTC(2016, 10, 5)
const to_ms = Date.UTC(2016, 10, 9)
const DAY_MS = 86_400_000

const percent = fc.integer({ min: 0, max: 3_000 }).map((steps) => steps / 100)
const anyOptions: fc.Arbitrary<LoadStreamOptions> = fc.record({
  records: fc.integer({ min: 1, max: 1_500 }),
  seed: fc.nat(),
  timeZone: fc.constant(timeZone),
  from_ms: fc.constant(from_ms),
  to_ms: fc.constant(to_ms),
  duplicates_percent: percent,
  malformed_percent: percent,
  late_percent: percent,
  far_records_max: fc.integer({ min: 1, max: 2_000 }),
})

const identityOf = ({ key, value }: LoadRecord) => `${key} ${value.toString('latin1')}`

function partsOf(records: readonly LoadRecord[]) {
  const count = (outcome: LoadRecord['outcome']) => records.filter((record) => record.outcome === outcome).length
  return { accepted: count('accepted'), duplicates: count('duplicate'), deadLetters: count('dead letter') }
}

test('every record has the outcome that the stream says, and counts where it says', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      const seen = new Set<string>()
      for (const record of createLoadStream(options)) {
        const decoded = decodeEvent(record.value, to_ms)
        if (record.outcome === 'dead letter') {
          expect(decoded).toMatchObject({ ok: false, reason: record.reason })
          continue
        }
        if (!decoded.ok) throw new Error(`${decoded.reason} ${decoded.detail}`)
        const { id, subject, kind, channel, region, time_ms } = decoded.interaction
        expect(record.key).toBe(subject)
        expect(seen.has(id)).toBe(record.outcome === 'duplicate')
        seen.add(id)
        if (record.outcome === 'duplicate') continue
        expect(record.date).toBe(dayAt(timeZone, time_ms).date)
        expect(record.cell).toBe(cellOf(KINDS.indexOf(kind), CHANNELS.indexOf(channel), REGIONS.indexOf(region)))
      }
    }),
    { numRuns: 10 },
  )
})

test('of any first records there are as many of each sort as the percentages say, to within two', () => {
  fc.assert(
    fc.property(anyOptions, fc.double({ min: 0, max: 1, noNaN: true }), (options, part) => {
      const records = [...createLoadStream(options)]
      expect(records).toHaveLength(options.records)
      const first = records.slice(0, Math.ceil(options.records * part))
      const { duplicates, deadLetters } = partsOf(first)
      expect(Math.abs(duplicates - (first.length * options.duplicates_percent!) / 100)).toBeLessThanOrEqual(2)
      expect(Math.abs(deadLetters - (first.length * options.malformed_percent!) / 100)).toBeLessThanOrEqual(2)
    }),
    { numRuns: 40 },
  )
})

test('late events are as many as asked for, 2 to 365 days late; the others lie between the two instants', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      const times = [...createLoadStream(options)]
        .filter(({ outcome }) => outcome === 'accepted')
        .map(({ value }) => Date.parse((JSON.parse(value.toString()) as { time: string }).time))
      const late = times.filter((time_ms) => time_ms < from_ms)
      // A late event that is not older than `from_ms` is only 2 to 4 days late: one in about 180.
      expect(late.length).toBeLessThanOrEqual((options.records * options.late_percent!) / 100 + 2)
      expect(late.length).toBeGreaterThanOrEqual(((options.records * options.late_percent!) / 100) * 0.8 - 5)
      for (const time_ms of times) expect(time_ms).toBeLessThanOrEqual(to_ms)
      for (const time_ms of late) expect(from_ms - time_ms).toBeLessThanOrEqual(365 * DAY_MS)
    }),
    { numRuns: 40 },
  )
})

test('a repetition has the bytes of an earlier event no further back than asked for, near and far', () => {
  const far_records_max = 3_000
  const options = { records: 20_000, seed: 1, timeZone, from_ms, to_ms, duplicates_percent: 20, malformed_percent: 5 }
  const placeOf = new Map<string, number>()
  const distances: number[] = []
  for (const [index, record] of [...createLoadStream({ ...options, far_records_max })].entries()) {
    if (record.outcome === 'accepted') placeOf.set(identityOf(record), index)
    if (record.outcome === 'duplicate') distances.push(index - placeOf.get(identityOf(record))!)
  }
  expect(distances).toHaveLength(4_000)
  expect(Math.max(...distances)).toBeLessThanOrEqual(far_records_max)
  expect(Math.max(...distances)).toBeGreaterThan(far_records_max * 0.9)
  expect(Math.min(...distances)).toBeLessThan(10)
  const near = distances.filter((distance) => distance <= 400).length
  expect(near / distances.length).toBeGreaterThan(0.45)
})

test('the same options give the same stream, and another seed gives other events', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      const stream = [...createLoadStream(options)]
      expect([...createLoadStream(options)].map(identityOf)).toEqual(stream.map(identityOf))
      const events = new Set(stream.filter(({ outcome }) => outcome === 'accepted').map(identityOf))
      const others = [...createLoadStream({ ...options, seed: options.seed + 1 })]
      expect(others.some((record) => events.has(identityOf(record)))).toBe(false)
    }),
    { numRuns: 10 },
  )
})

test('every way to be malformed comes, with keys that are spread', () => {
  const options = { records: 2_000, seed: 1, timeZone, from_ms, to_ms, malformed_percent: 10 }
  const malformed = [...createLoadStream(options)].filter((record) => record.outcome === 'dead letter')
  expect(new Set(malformed.map(({ reason }) => reason)).size).toBe(MALFORMATIONS.length)
  expect(new Set(malformed.map(({ key }) => key)).size).toBeGreaterThan(150)
})

test('the kinds and channels are drawn as the scenario says', () => {
  const counted = new LoadCount()
  for (const record of createLoadStream({ records: 40_000, seed: 3, timeZone, from_ms, to_ms })) counted.add(record)
  const totals = counted.accepted.totals()
  expect(totals.login / 40_000).toBeCloseTo(120_948_000 / 248_148_000, 1)
  const mobile = [...counted.accepted.entries()].filter(({ channel }) => channel === 'mobile')
  const mobileShare = mobile.reduce((sum, { events }) => sum + events, 0) / 40_000
  expect(mobileShare).toBeGreaterThan(0.55)
  expect(mobileShare).toBeLessThan(0.6)
})

test('what was counted survives JSON', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      const counted = new LoadCount()
      const records = [...createLoadStream(options)]
      for (const record of records) counted.add(record)
      const truth = readLoadTruth(JSON.parse(JSON.stringify(counted)))
      expect(truth.sent).toBe(options.records)
      const deadLetters = [...truth.deadLetters.values()].reduce((sum, count) => sum + count, 0)
      expect({ accepted: truth.accepted.total, duplicates: truth.duplicates, deadLetters }).toEqual(partsOf(records))
      expect([...truth.accepted.entries()]).toEqual([...counted.accepted.entries()])
    }),
    { numRuns: 10 },
  )
})
