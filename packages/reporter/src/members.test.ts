import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { membersByRegionRows, membersRows } from './members.ts'
import { isSmallCount } from './suppression/small-count.ts'

describe('members by region', () => {
  test('small counts are suppressed together with the next smallest, each period by itself', () => {
    const rows = membersByRegionRows({
      estimates: [
        { period: '2016-01', region: 'CA', members: 9000 },
        { period: '2016-01', region: 'DC', members: 3 },
        { period: '2016-01', region: 'HI', members: 500 },
        { period: '2016-02', region: 'DC', members: 11 },
        { period: '2016-02', region: 'HI', members: 400 },
      ],
    })
    expect(rows.map(({ period, region, members, suppressed }) => [period, region, members, suppressed])).toEqual([
      ['2016-01', 'CA', 9000, false],
      ['2016-01', 'DC', null, true],
      ['2016-01', 'HI', null, true],
      ['2016-02', 'DC', 11, false],
      ['2016-02', 'HI', 400, false],
    ])
  })

  test('where no region may be named, one row stands for them all', () => {
    const rows = membersByRegionRows({
      estimates: [
        { period: '2016', region: 'DC', members: 3 },
        { period: '2016', region: 'HI', members: 4 },
      ],
    })
    expect(rows).toEqual([{ period: '2016', region: null, members: null, suppressed: true, method: 'estimated' }])
  })
})

test('the members of all regions together are shown however few they are', () => {
  const rows = membersRows({ estimates: [{ period: '2016', members: 3 }] })
  expect(rows).toEqual([{ period: '2016', members: 3, suppressed: false, method: 'estimated' }])
})

const REGIONS = ['CA', 'DC', 'GA', 'HI', 'OR', 'WA']

/** Up to 511 members a state is exact; above that it is some percent off, so that the larger may seem the smaller. */
const anyCounts = fc
  .array(
    fc.record({
      members: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 490, max: 560 })),
      error_pct: fc.integer({ min: -3, max: 3 }),
    }),
    { minLength: 3, maxLength: REGIONS.length },
  )
  .map((counts) =>
    counts.map(({ members, error_pct }, index) => {
      const estimate = members > 511 ? Math.round(members * (1 + error_pct / 100)) : members
      return { period: '2016', region: REGIONS[index]!, members, estimate }
    }),
  )

test('exact counts are hidden in exactly the cells in which the estimates are', () => {
  fc.assert(
    fc.property(anyCounts, (counts) => {
      const estimates = counts.map(({ estimate, ...count }) => ({ ...count, members: estimate }))
      const estimated = membersByRegionRows({ estimates })
      const exact = membersByRegionRows({ estimates, exact: counts })
      expect(exact.map(({ region, suppressed }) => [region, suppressed])).toEqual(
        estimated.map(({ region, suppressed }) => [region, suppressed]),
      )
      for (const { method, members } of exact) {
        expect(method).toBe('exact')
        expect(members !== null && isSmallCount(members)).toBe(false)
      }
    }),
    { numRuns: 1000 },
  )
})

test('an exact count that is small is suppressed though its estimate is not', () => {
  const estimates = [
    { period: '2016', region: 'CA', members: 900 },
    { period: '2016', region: 'DC', members: 11 },
    { period: '2016', region: 'HI', members: 700 },
  ]
  const exact = estimates.map((count) => (count.region === 'DC' ? { ...count, members: 10 } : count))
  const rows = membersByRegionRows({ estimates, exact })
  expect(rows.map(({ members }) => members)).toEqual([900, null, null])
})
