import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createTestDatabase, insertInteractions, sampleInteraction, type TestDatabase } from '../testing.ts'
import { distinctMembers, distinctMembersExactly, PERIODS, regionMembers } from './members.ts'
import { runQuery } from './query.ts'

const timeZone = 'America/Los_Angeles'

describe('few members', () => {
  const [alice, bob] = ['aa'.repeat(16), 'bb'.repeat(16)]
  /** In Los Angeles the year 2015 ends at 08:00 UTC. */
  const interactions = [
    { time_ms: Date.UTC(2016, 0, 1, 7, 59, 59, 999), subject: alice },
    { time_ms: Date.UTC(2016, 0, 1, 8), subject: alice },
    { time_ms: Date.UTC(2016, 0, 1, 9), subject: bob, region: 'OR' },
    { time_ms: Date.UTC(2016, 0, 1, 9), subject: alice, region: 'OR', kind: 'refill', detail: '' },
    { time_ms: Date.UTC(2016, 0, 1, 9), subject: bob, region: 'OR', kind: 'refill', detail: '' },
    { time_ms: Date.UTC(2016, 0, 9, 9), subject: alice },
    { time_ms: Date.UTC(2016, 1, 9, 9), subject: bob },
  ].map(sampleInteraction)

  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ timeZone })
    await insertInteractions(database.client, interactions)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const all = { from: '2015-12-31', to: '2016-12-31' }

  test('a member is counted once in each day, month and year of the reporting time zone', async () => {
    const read = async (by: 'day' | 'month' | 'year') =>
      (await runQuery(database.client, distinctMembers, { ...all, by, byRegion: false })).map((row) =>
        Object.values(row),
      )
    expect(await read('day')).toEqual([
      ['2015-12-31', 1],
      ['2016-01-01', 2],
      ['2016-01-09', 1],
      ['2016-02-09', 1],
    ])
    expect(await read('month')).toEqual([
      ['2015-12', 1],
      ['2016-01', 2],
      ['2016-02', 1],
    ])
    expect(await read('year')).toEqual([
      ['2015', 1],
      ['2016', 2],
    ])
  })

  test('a member who comes from two regions is one of each', async () => {
    expect(await runQuery(database.client, distinctMembers, { ...all, by: 'year', byRegion: true })).toEqual([
      { period: '2015', region: 'CA', members: 1 },
      { period: '2016', region: 'CA', members: 2 },
      { period: '2016', region: 'OR', members: 2 },
    ])
  })

  test('up to 511 members the states are as exact as the raw events', async () => {
    for (const by of PERIODS) {
      for (const byRegion of [false, true]) {
        const exact = await runQuery(database.client, distinctMembersExactly, { ...all, by, byRegion, timeZone })
        expect(await runQuery(database.client, distinctMembers, { ...all, by, byRegion })).toEqual(exact)
      }
    }
  })

  test('behind the counts of a region are its members, and those of its smallest combination', async () => {
    expect(await runQuery(database.client, regionMembers, { from: '2016-01-01', to: '2016-01-01' })).toEqual([
      { day: '2016-01-01', region: 'CA', members: 1, fewest_members: 1 },
      { day: '2016-01-01', region: 'OR', members: 2, fewest_members: 1 },
    ])
  })

  test('a range that is inserted again adds nobody to a month, and whoever is missing there', async () => {
    await using database = await createTestDatabase({ timeZone })
    const year = { ...all, by: 'year', byRegion: false } as const
    const token = 'a range'
    await insertInteractions(database.client, interactions, { token })
    const before = await runQuery(database.client, distinctMembers, year)
    await insertInteractions(database.client, interactions, { token })
    expect(await runQuery(database.client, distinctMembers, year)).toEqual(before)

    await database.client.command({ query: 'TRUNCATE TABLE monthly_members' })
    await insertInteractions(database.client, interactions, { token })
    expect(await runQuery(database.client, distinctMembers, year)).toEqual(before)
  })

  test('what was taken back to nothing has no row', async () => {
    await using database = await createTestDatabase({ timeZone })
    await insertInteractions(database.client, interactions.slice(1, 2))
    await database.client.command({
      query: `
        INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
        SELECT day, kind, channel, region, detail, -events, -quantity FROM daily`,
    })
    expect(await runQuery(database.client, distinctMembers, { ...all, by: 'day', byRegion: true })).toEqual([])
    expect(await runQuery(database.client, regionMembers, all)).toEqual([])
  })
})

describe('many members', () => {
  const DAYS = 40
  const MEMBERS_A_DAY = 20_000

  /** The standard error of HyperLogLog with 2^14 cells (Flajolet et al., 2007), in percent. */
  const STATED_ERROR_PCT = (100 * 1.04) / Math.sqrt(2 ** 14)

  test('the estimates are off by 0.8% as it is stated', async () => {
    await using database = await createTestDatabase({ timeZone: 'UTC' })
    await database.client.command({
      query: `
        INSERT INTO events (id, source, time, kind, subject, channel, region, detail, quantity, kafka_partition, kafka_offset)
        SELECT generateUUIDv4(), '/portal/web', toDateTime64('2016-01-01 12:00:00', 3, 'UTC') + toIntervalDay(number % {days:UInt64}),
          'login', sipHash128(number), 'web', 'CA', 'password', 1, 0, number
        FROM numbers({events:UInt64})`,
      query_params: { days: DAYS, events: DAYS * MEMBERS_A_DAY },
    })
    const range = { from: '2016-01-01', to: '2016-12-31', by: 'day', byRegion: false } as const
    const estimates = await runQuery(database.client, distinctMembers, range)
    const exact = await runQuery(database.client, distinctMembersExactly, { ...range, timeZone: 'UTC' })
    expect(exact.map(({ members }) => members)).toEqual(Array(DAYS).fill(MEMBERS_A_DAY))
    const squares = estimates.map(({ members }) => (members / MEMBERS_A_DAY - 1) ** 2)
    const error_pct = 100 * Math.sqrt(squares.reduce((total, square) => total + square, 0) / DAYS)
    expect(STATED_ERROR_PCT).toBeCloseTo(0.8, 1)
    expect(error_pct).toBeGreaterThan(0)
    expect(error_pct).toBeLessThan(1.25 * STATED_ERROR_PCT) // of 40 estimates: two standard errors of the error itself
  })
})
