import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { DailyCount } from '../counts.ts'
import type { RegionMembers } from './shown-regions.ts'
import { isSmallCount } from './small-count.ts'
import { suppressDaily } from './suppress-daily.ts'

const day = '2016-02-29'
const KINDS = ['login', 'refill', 'telehealth']
const REGIONS = ['CA', 'DC', 'GA', 'HI', 'OR']

/** The events of a day, by region and kind; each is of another member. */
type Table = number[][]

function publish(table: Table, by: ('region' | 'kind')[]) {
  return suppressDaily({ isBrokenDown: by.length > 1, by, counts: countsOf(table, by), regions: regionsOf(table) })
}

function countsOf(table: Table, by: ('region' | 'kind')[]): DailyCount[] {
  const cells = table.flatMap((row, region) =>
    row.map((events, kind) => ({ day, kind: KINDS[kind]!, region: REGIONS[region]!, events, quantity: events })),
  )
  const totals = table.map((row, region) => {
    const events = sum(row)
    return { day, region: REGIONS[region]!, events, quantity: events }
  })
  return (by.includes('kind') ? cells : totals).filter(({ events }) => events > 0)
}

function regionsOf(table: Table): (RegionMembers & { day: string })[] {
  return table
    .map((row, region) => {
      const fewest_members = Math.min(...row.filter((events) => events > 0))
      return { day, region: REGIONS[region]!, members: sum(row), fewest_members }
    })
    .filter(({ members }) => members > 0)
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

describe('a region with few people in one combination', () => {
  const table = [
    [900, 800, 700],
    [300, 0, 3],
    [200, 100, 50],
    [90, 80, 70],
  ]

  test('has one row in the place of its breakdown, and so has its neighbour in size', () => {
    const rows = publish(table, ['region', 'kind'])
    expect(rows.filter(({ suppressed }) => suppressed)).toEqual([
      { day, kind: null, region: 'DC', events: null, quantity: null, suppressed: true },
      { day, kind: null, region: 'HI', events: null, quantity: null, suppressed: true },
    ])
    expect(new Set(rows.filter(({ suppressed }) => !suppressed).map(({ region }) => region))).toEqual(
      new Set(['CA', 'GA']),
    )
  })

  test('is shown as a whole', () => {
    expect(publish(table, ['region']).map(({ region, events }) => [region, events])).toEqual([
      ['CA', 2400],
      ['DC', 303],
      ['GA', 350],
      ['HI', 240],
    ])
  })

  test('is not broken down when it is the only region of the day', () => {
    expect(publish([[300, 3, 0]], ['region', 'kind'])).toEqual([
      { day, kind: null, region: null, events: null, quantity: null, suppressed: true },
    ])
  })
})

test('a region with few people is hidden together with the next smallest, broken down or not', () => {
  const table = [
    [900, 800, 700],
    [2, 0, 3],
    [200, 100, 50],
    [90, 80, 70],
  ]
  for (const by of [['region'], ['region', 'kind']] as const) {
    const hidden = publish(table, [...by]).filter(({ suppressed }) => suppressed)
    expect(hidden.map(({ region }) => region)).toEqual(['DC', 'HI'])
  }
})

test('a region of which nothing is known is not shown', () => {
  const counts = countsOf([[20, 30, 40]], ['region'])
  expect(suppressDaily({ isBrokenDown: false, by: ['region'], counts, regions: [] })).toMatchObject([
    { region: 'CA', events: null },
  ])
})

const anyTable = fc.array(
  fc.tuple(
    ...KINDS.map(() => fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 11, max: 90 }))),
  ),
  { minLength: 2, maxLength: REGIONS.length },
)

describe('whatever the counts of a day', () => {
  test('no count of few people is shown, and none is hidden where all are larger', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const rows = publish(table, ['region', 'kind'])
        expect(rows.some(({ events }) => events !== null && isSmallCount(events))).toBe(false)
        if (smallCells(table).length === 0) expect(rows.every(({ suppressed }) => !suppressed)).toBe(true)
      }),
    )
  })

  test('no small count can be told by who knows all that is shown, the totals of all regions, and the rule', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const published = allThatIsShown(table)
        if (publish(table, ['region', 'kind']).some(({ region }) => region === null)) return // no region is named
        for (const [region, kind] of smallCells(table)) {
          const other = similarTables(table, region, kind).find((candidate) => allThatIsShown(candidate) === published)
          expect(other, `another day that looks like this one, but for ${REGIONS[region]} ${KINDS[kind]}`).toBeDefined()
        }
      }),
      { numRuns: 1000 },
    )
  })
})

function allThatIsShown(table: Table): string {
  const totals = KINDS.map((_, kind) => sum(table.map((row) => row[kind]!)))
  return JSON.stringify([totals, publish(table, ['region']), publish(table, ['region', 'kind'])])
}

function smallCells(table: Table): [number, number][] {
  return table.flatMap((row, region) =>
    row.flatMap((events, kind): [number, number][] => (events > 0 && isSmallCount(events) ? [[region, kind]] : [])),
  )
}

/** Days with another count in this cell and the same count of each kind: with the same count of each region, or not. */
function similarTables(table: Table, region: number, kind: number): Table[] {
  const others = table.flatMap((_, other) => (other === region ? [] : [other]))
  const kinds = KINDS.map((_, otherKind) => otherKind)
  return [-1, 1, -2, 2, -3, 3].flatMap((change) =>
    others.flatMap((other) =>
      kinds
        .map((otherKind) => {
          const candidate = table.map((row) => [...row])
          candidate[region]![kind]! += change
          candidate[other]![kind]! -= change
          if (otherKind !== kind) {
            candidate[region]![otherKind]! -= change
            candidate[other]![otherKind]! += change
          }
          return candidate
        })
        .filter((candidate) => candidate.flat().every((events) => events >= 0)),
    ),
  )
}
