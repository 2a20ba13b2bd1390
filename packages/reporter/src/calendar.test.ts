import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  countDays,
  dayAt,
  daysInYear,
  daysOfYears,
  eachDay,
  parseDay,
  parseYears,
  wholePeriods,
  YEAR_MAX,
  YEAR_MIN,
  yearEnd,
} from './calendar.ts'

const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2148-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

describe('years', () => {
  test.each([
    [2015, 365],
    [2016, 366],
    [2000, 366],
    [2100, 365],
  ])('%i has %i days', (year, days) => {
    expect(daysInYear(year)).toBe(days)
  })

  test('years go from the first day of the first to the last day of the last', () => {
    expect(daysOfYears([2013, 2016])).toEqual({ from: '2013-01-01', to: '2016-12-31' })
  })

  test('a year ends where the next one begins in the reporting time zone', () => {
    expect(new Date(yearEnd(2016, 'America/Los_Angeles')).toISOString()).toBe('2017-01-01T08:00:00.000Z')
    expect(new Date(yearEnd(2016, 'Pacific/Auckland')).toISOString()).toBe('2016-12-31T11:00:00.000Z')
  })

  test.each([
    ['2016', [2016]],
    ['2015-2016', [2015, 2016]],
    ['2015,2016', [2015, 2016]],
    ['2016, 2013-2014, 2014', [2013, 2014, 2016]],
  ])('"%s" names its years, ascending and each once', (text, years) => {
    expect(parseYears(text)).toEqual(years)
  })

  test.each(['', '16', '2016-', '2016-15', '2015..2016', 'last', '2016-2015', '1999', '2016,', '9999'])(
    '"%s" is refused as years',
    (text) => {
      expect(() => parseYears(text)).toThrow(expect.objectContaining({ code: 'years_invalid' }))
    },
  )
})

describe('days', () => {
  test.each(['2016-02-29', '2000-01-01', '2148-12-31'])('%s is a day', (day) => {
    expect(parseDay(day)).toBe(day)
  })

  test.each(['2015-02-29', '2016-02-30', '2016-13-01', '2016-2-1', '2016-02-29T00:00', '', 'today', '1999-12-31'])(
    '"%s" is refused as a day',
    (text) => {
      expect(() => parseDay(text)).toThrow(expect.objectContaining({ code: 'day_invalid' }))
    },
  )

  test('a range has as many days as it counts, ascending, with both of its ends', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 800 }), (from, more) => {
        const days = eachDay(from, new Date(Date.parse(from) + more * 86_400_000).toISOString().slice(0, 10))
        expect(days).toHaveLength(more + 1)
        expect(countDays(from, days.at(-1)!)).toBe(more + 1)
        expect(days[0]).toBe(from)
        expect(days.toSorted()).toEqual(days)
        expect(new Set(days).size).toBe(days.length)
      }),
      { numRuns: 30 },
    )
  })

  test('every year has as many days as lie between its first and its last', () => {
    fc.assert(
      fc.property(fc.integer({ min: YEAR_MIN, max: YEAR_MAX }), (year) => {
        expect(countDays(`${year}-01-01`, `${year}-12-31`)).toBe(daysInYear(year))
      }),
    )
  })

  test.each([
    ['day', '2016-01-30', '2016-02-01'],
    ['month', '2016-01-01', '2016-02-29'],
    ['year', '2016-01-01', '2016-12-31'],
  ] as const)('the %s is counted whole however little of it is asked for', (by, from, to) => {
    expect(wholePeriods({ from: '2016-01-30', to: '2016-02-01' }, by)).toEqual({ from, to })
  })

  test('whole periods hold the range, and are whole already', () => {
    fc.assert(
      fc.property(anyDay, anyDay, fc.constantFrom('day', 'month', 'year'), (one, other, by) => {
        const range = { from: one < other ? one : other, to: one < other ? other : one }
        const whole = wholePeriods(range, by)
        expect(whole.from <= range.from && range.to <= whole.to).toBe(true)
        expect(wholePeriods(whole, by)).toEqual(whole)
      }),
    )
  })

  test('a moment belongs to the day of the reporting time zone, not of the machine', () => {
    const moment = Date.parse('2016-03-01T07:59:59.999Z')
    expect(dayAt(moment, 'America/Los_Angeles')).toBe('2016-02-29')
    expect(dayAt(moment + 1, 'America/Los_Angeles')).toBe('2016-03-01')
    expect(dayAt(moment, 'UTC')).toBe('2016-03-01')
  })
})
