import {
  createTestDatabase,
  insertInteractions,
  markRead,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { AnnualRow } from './annual.ts'
import { eachDay } from './calendar.ts'
import { annualDays, annualReport, dailyReport, membersReport } from './report.ts'

const timeZone = 'America/Los_Angeles'
const now_ms = Date.parse('2017-06-01T00:00:00Z')
const clock = { now: () => now_ms }

describe('the days of the reporting time zone', () => {
  /** Written in local time, so that each begins with the day that it belongs to. */
  const moments = [
    '2015-12-31T23:59:59.999-08:00',
    '2016-01-01T00:00:00.000-08:00',
    '2016-02-28T23:59:59.999-08:00',
    '2016-02-29T00:00:00.000-08:00',
    '2016-02-29T23:59:59.999-08:00',
    '2016-03-01T00:00:00.000-08:00',
    '2016-03-12T23:59:59.999-08:00', // the day after has 23 hours
    '2016-03-13T00:00:00.000-08:00',
    '2016-03-13T23:59:59.999-07:00',
    '2016-03-14T00:00:00.000-07:00',
    '2016-11-05T23:59:59.999-07:00', // the day after has 25 hours, one of them twice
    '2016-11-06T00:00:00.000-07:00',
    '2016-11-06T01:30:00.000-07:00',
    '2016-11-06T01:30:00.000-08:00',
    '2016-11-06T23:59:59.999-08:00',
    '2016-11-07T00:00:00.000-08:00',
    '2016-12-31T23:59:59.999-08:00',
    '2017-01-01T00:00:00.000-08:00',
  ]

  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ timeZone })
    const events = moments.map((time) => sampleInteraction({ time_ms: Date.parse(time) }))
    await insertInteractions(database.client, events)
    await markRead(database.client, now_ms)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('an event counts on its local day to the millisecond, on leap days and when clocks change too', async () => {
    const range = { from: '2015-12-31', to: '2017-01-01' }
    const rows = await dailyReport({ client: database.client, timeZone, clock, ...range, by: [] })
    const counted = rows.flatMap(({ day, events }) => Array(events ?? 0).fill(day))
    expect(counted).toEqual(moments.map((moment) => moment.slice(0, 10)))
    expect(rows.map(({ day }) => day)).toEqual(eachDay(range.from, range.to))
  })

  test('a year begins and ends at local midnight', async () => {
    const rows = await annualReport({ client: database.client, timeZone, clock, years: [2015, 2016, 2017] })
    const logins = rows.filter(({ metric }) => metric === 'logins')
    expect(logins.map(({ year, value }) => [year, value])).toEqual([
      [2015, 1],
      [2016, moments.length - 2],
      [2017, 1],
    ])
  })

  test('the range includes both of its days and nothing else', async () => {
    const range = { from: '2016-02-29', to: '2016-03-01' }
    const rows = await dailyReport({ client: database.client, timeZone, clock, ...range, by: [] })
    expect(rows).toEqual([
      { day: '2016-02-29', events: 2, quantity: 2, status: 'final' },
      { day: '2016-03-01', events: 1, quantity: 1, status: 'final' },
    ])
  })
})

describe('the figures', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ timeZone })
    const noon = (day: string) => Date.parse(`${day}T12:00:00-08:00`)
    const events = [
      ...eachDay('2015-01-01', '2015-12-31').map((day) => sampleInteraction({ time_ms: noon(day), channel: 'web' })),
      ...eachDay('2016-01-01', '2016-12-31').flatMap((day) => [
        sampleInteraction({ time_ms: noon(day), channel: 'mobile', detail: 'biometric' }),
        sampleInteraction({ time_ms: noon(day), channel: 'web', region: 'WA' }),
      ]),
      sampleInteraction({ time_ms: noon('2014-07-01'), kind: 'refill', detail: '', quantity: 20 }),
      sampleInteraction({ time_ms: noon('2014-07-02'), kind: 'lab_view', detail: '', quantity: 50 }),
      sampleInteraction({ time_ms: noon('2014-07-02'), kind: 'message', detail: 'to_patient' }),
      sampleInteraction({ time_ms: noon('2017-03-01'), kind: 'telehealth', detail: 'video' }),
    ]
    await insertInteractions(database.client, events)
    await markRead(database.client, now_ms)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  async function readAnnual(...years: number[]): Promise<(year: number, metric: string) => AnnualRow | undefined> {
    const rows = await annualReport({ client: database.client, timeZone, clock, years })
    return (year, metric) => rows.find((row) => row.year === year && row.metric === metric)
  }

  test('a complete year is final and compared in total and by the day', async () => {
    const find = await readAnnual(2015, 2016)
    expect(find(2016, 'digital_interactions')).toMatchObject({
      value: 732,
      per_day: 2,
      previous: 365,
      previous_status: 'final',
      change_pct: 100.5,
      per_day_change_pct: 100,
      days: 366,
      days_in_year: 366,
      status: 'final',
    })
    expect(find(2015, 'digital_interactions')).toMatchObject({ value: 365, days: 365, status: 'final' })
    expect(find(2016, 'mobile_login_share')?.value).toBe(0.5)
  })

  test('no figure is final as long as a partition may hold events of the year that nobody has read', async () => {
    await using unread = await createTestDatabase({ timeZone })
    const events = eachDay('2015-01-01', '2015-12-31').map((day) =>
      sampleInteraction({ time_ms: Date.parse(`${day}T20:00:00Z`) }),
    )
    await insertInteractions(unread.client, events)
    const statusOf = async () => {
      const [row] = await annualReport({ client: unread.client, timeZone, clock, years: [2015] })
      return row?.status
    }
    expect(await statusOf()).toBe('provisional')
    await markRead(unread.client, Date.parse('2016-01-03T07:59:59Z'))
    expect(await statusOf()).toBe('provisional')
    await markRead(unread.client, Date.parse('2016-01-03T08:00:00Z'))
    expect(await statusOf()).toBe('final')
  })

  test('members are counted once in a year, however often and wherever they come', async () => {
    const alice = 'aa'.repeat(16)
    await using database = await createTestDatabase({ timeZone })
    await insertInteractions(database.client, [
      sampleInteraction({ subject: alice, time_ms: Date.parse('2016-02-29T12:00:00-08:00') }),
      sampleInteraction({ subject: alice, time_ms: Date.parse('2016-03-01T12:00:00-08:00'), region: 'WA' }),
      sampleInteraction({ time_ms: Date.parse('2016-03-01T12:00:00-08:00') }),
    ])
    const rows = await annualReport({ client: database.client, timeZone, clock, years: [2016] })
    expect(rows.find(({ metric }) => metric === 'active_members')).toMatchObject({ value: 2, per_day: null })
  })

  test('a year with missing days is partial, the present one provisional', async () => {
    const find = await readAnnual(2014, 2017)
    expect(find(2014, 'prescriptions_refilled')).toMatchObject({ value: 20, per_day: 10, days: 2, status: 'partial' })
    expect(find(2014, 'lab_results_viewed')?.value).toBe(50)
    expect(find(2014, 'messages_to_patient')?.value).toBe(1)
    expect(find(2014, 'messages_to_provider')?.value).toBe(0)
    expect(find(2014, 'mobile_login_share')?.value).toBeNull()
    expect(find(2017, 'telehealth_visits')).toMatchObject({ value: 1, previous: 0, status: 'provisional' })
  })

  test('the year before is read though it is not asked for', async () => {
    const [alone, together] = [await readAnnual(2016), await readAnnual(2014, 2015, 2016)]
    expect(alone(2016, 'logins')).toEqual(together(2016, 'logins'))
    expect(alone(2015, 'logins')).toBeUndefined()
  })

  test('the first year that can be counted and a year without events have no rows', async () => {
    expect(await annualReport({ client: database.client, timeZone, clock, years: [2000, 2013] })).toEqual([])
  })

  test('days are broken down by what was asked for, and the people are left out', async () => {
    const source = { client: database.client, timeZone, clock }
    const rows = await dailyReport({ ...source, from: '2016-07-01', to: '2016-07-01', by: ['channel', 'kind'] })
    expect(rows).toEqual([
      { day: '2016-07-01', kind: 'login', channel: 'mobile', events: 1, quantity: 1, status: 'final' },
      { day: '2016-07-01', kind: 'login', channel: 'web', events: 1, quantity: 1, status: 'final' },
    ])
  })

  test('the days of years are told by kind, from the first of the years to the last', async () => {
    const days = await annualDays(database.client, [2014, 2016])
    expect(days.slice(0, 4)).toEqual([
      { day: '2014-07-01', kind: 'refill', events: 1, quantity: 20 },
      { day: '2014-07-02', kind: 'lab_view', events: 1, quantity: 50 },
      { day: '2014-07-02', kind: 'message', events: 1, quantity: 1 },
      { day: '2015-01-01', kind: 'login', events: 1, quantity: 1 },
    ])
    expect(days.at(-1)).toEqual({ day: '2016-12-31', kind: 'login', events: 2, quantity: 2 })
  })

  test('however the days are broken down, their sum is that of the year', async () => {
    const source = { client: database.client, timeZone, clock, from: '2016-01-01', to: '2016-12-31' }
    for (const by of [[], ['kind'], ['channel', 'detail'], ['kind', 'channel', 'detail']] as const) {
      const rows = await dailyReport({ ...source, by })
      expect(rows.reduce((total, { events }) => total + (events ?? 0), 0)).toBe(732)
    }
  })
})

describe('by region', () => {
  /** Members of a region and what each of them does, once. */
  const groups = [
    { region: 'CA', members: 700, kind: 'login', detail: 'password' },
    { region: 'CA', members: 30, kind: 'telehealth', detail: 'video' },
    { region: 'DC', members: 3, kind: 'login', detail: 'password' },
    { region: 'GA', members: 200, kind: 'login', detail: 'password' },
    { region: 'GA', members: 4, kind: 'telehealth', detail: 'phone' },
    { region: 'HI', members: 50, kind: 'login', detail: 'password' },
    { region: 'OR', members: 400, kind: 'login', detail: 'password' },
  ]
  const range = { from: '2016-02-29', to: '2016-02-29' }

  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ timeZone })
    const events = groups.flatMap(({ members, ...group }) =>
      Array.from({ length: members }, () => sampleInteraction(group)),
    )
    await insertInteractions(database.client, events)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const daily = async (by: ('region' | 'kind' | 'channel')[]) => {
    const rows = await dailyReport({ client: database.client, timeZone, clock, ...range, by })
    return rows.map(({ region, kind, events }) => [region, kind, events])
  }

  test('events of few people are suppressed, and of the region with the next fewest', async () => {
    expect(await daily(['region'])).toEqual([
      ['CA', undefined, 730],
      ['DC', undefined, null],
      ['GA', undefined, 204],
      ['HI', undefined, null],
      ['OR', undefined, 400],
    ])
  })

  test('a region with few people in one combination is not broken down, even where these are not told apart', async () => {
    expect(await daily(['region', 'channel'])).toEqual([
      ['DC', undefined, null],
      ['GA', undefined, null],
      ['HI', undefined, null],
      ['CA', undefined, 730],
      ['OR', undefined, 400],
    ])
    expect(await daily(['region', 'kind'])).toEqual([
      ['DC', null, null],
      ['GA', null, null],
      ['HI', null, null],
      ['CA', 'login', 700],
      ['OR', 'login', 400],
      ['CA', 'telehealth', 30],
    ])
  })

  test('counts of chosen regions are suppressed as those of all regions are, however they are put together', async () => {
    const chosen = async (region: string[], by: ('region' | 'kind')[] = [], kind: string[] = []) => {
      const where = { region, kind }
      const rows = await dailyReport({ client: database.client, timeZone, clock, ...range, by, where })
      return rows.map((row) => [row.kind, row.events])
    }
    expect(await chosen(['CA'])).toEqual([[undefined, 730]])
    expect(await chosen(['CA', 'OR'])).toEqual([[undefined, 1130]])
    expect(await chosen(['DC'])).toEqual([[undefined, null]])
    expect(await chosen(['CA', 'DC'])).toEqual([[undefined, null]])
    expect(await chosen(['CA'], ['kind'])).toEqual([
      ['login', 700],
      ['telehealth', 30],
    ])
    expect(await chosen(['GA'])).toEqual([[undefined, 204]])
    expect(await chosen(['GA'], ['kind'])).toEqual([[null, null]])
    expect(await chosen(['GA'], [], ['telehealth'])).toEqual([[undefined, null]])
    expect(await chosen(['WA'])).toEqual([[undefined, 0]])
  })

  test.each([true, false])('members are suppressed in the same cells, exact: %s', async (exact) => {
    for (const by of ['day', 'month', 'year'] as const) {
      const rows = await membersReport({ client: database.client, timeZone, ...range, by, byRegion: true, exact })
      expect(rows.filter(({ suppressed }) => suppressed).map(({ region, members }) => [region, members])).toEqual([
        ['DC', null],
        ['HI', null],
      ])
      expect(rows.find(({ region }) => region === 'OR')?.members).toBe(400)
    }
  })

  test('a month has the same members however little of it is asked for', async () => {
    const source = { client: database.client, timeZone, by: 'month', byRegion: true, exact: false } as const
    const whole = await membersReport({ ...source, from: '2016-02-01', to: '2016-02-29' })
    expect(whole).toHaveLength(5)
    expect(await membersReport({ ...source, from: '2016-02-10', to: '2016-02-10' })).toEqual(whole)
  })
})
