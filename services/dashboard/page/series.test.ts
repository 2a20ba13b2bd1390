import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { countDays, eachDay } from './filters.ts'
import { DAYS_DRAWN_MAX, daysPerPoint, kindsOf, monthSums, pointsOf, shareSeries, splitSuppressed } from './series.ts'

const anyDays = fc
  .record({ start: fc.integer({ min: 0, max: 40_000 }), length: fc.integer({ min: 1, max: 800 }) })
  .map(({ start, length }) => ({ from: dayNumber(start), to: dayNumber(start + length - 1) }))

function dayNumber(days: number): string {
  return new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10)
}

describe('the points of a chart', () => {
  test('have each day of the range exactly once, in order', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        expect(pointsOf(days, days.to).flat()).toEqual(eachDay(days.from, days.to))
      }),
    )
  })

  test('are days in a short range, and whole weeks or a little more in a long one', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        const lengths = pointsOf(days, days.to).map(({ length }) => length)
        const isLong = countDays(days.from, days.to) > DAYS_DRAWN_MAX
        expect(daysPerPoint(days)).toBe(isLong ? 7 : 1)
        expect(Math.min(...lengths)).toBe(isLong ? 7 : 1)
        expect(Math.max(...lengths)).toBeLessThan(isLong ? 14 : 2)
      }),
    )
  })

  test('end with the last day that has been counted', () => {
    expect(pointsOf({ from: '2016-02-28', to: '2016-12-31' }, '2016-02-29').flat()).toEqual([
      '2016-02-28',
      '2016-02-29',
    ])
    expect(pointsOf({ from: '2016-03-01', to: '2016-03-02' }, '2016-02-29')).toEqual([])
  })
})

test('a day of which anything is suppressed is no zero but is left out, with all that is shown of it', () => {
  const of = (day: string, kind: string | null, events: number | null) =>
    ({ day, kind, events, quantity: events, suppressed: events === null, status: 'final' }) as const
  const { shown, hidden } = splitSuppressed([
    of('2016-01-01', 'login', 20),
    of('2016-01-02', 'login', 30),
    of('2016-01-02', null, null),
  ])
  expect([...hidden]).toEqual(['2016-01-02'])
  const points = pointsOf({ from: '2016-01-01', to: '2016-01-03' }, '2016-01-03', hidden)
  expect(points).toEqual([['2016-01-01'], ['2016-01-03']])
  expect(shown.map(({ day, events }) => [day, events])).toEqual([['2016-01-01', 20]])
})

describe('the series', () => {
  const rows = [
    { day: '2016-01-01', kind: 'message', channel: 'web', events: 2 },
    { day: '2016-01-03', kind: 'login', channel: 'web', events: 4 },
    { day: '2016-02-01', kind: 'login', channel: 'web', events: 1 },
  ]

  test('a kind that the contract does not know comes last, under its own name', () => {
    expect(kindsOf([{ kind: '<b>' }, { kind: 'refill' }, { kind: 'login' }])).toEqual(['login', 'refill', '<b>'])
  })

  test('a share is a ratio of sums, and there is none where nobody has logged in', () => {
    const logins = [
      { day: '2016-01-01', kind: 'login', channel: 'mobile', events: 1 },
      { day: '2016-01-02', kind: 'login', channel: 'mobile', events: 2 },
      { day: '2016-01-02', kind: 'login', channel: 'web', events: 1 },
    ]
    const points = shareSeries(logins, [['2016-01-01', '2016-01-02'], ['2016-01-03']])
    expect(points).toEqual([{ day: '2016-01-01', mobile: 3, logins: 4, share: 0.75 }])
  })

  test('the sums of the months are those of their days', () => {
    expect([...monthSums(rows)].map(([month, sums]) => [month, Object.fromEntries(sums)])).toEqual([
      ['2016-01', { message: 2, login: 4 }],
      ['2016-02', { login: 1 }],
    ])
  })
})
