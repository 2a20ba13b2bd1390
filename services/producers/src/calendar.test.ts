import { expect, test } from 'vitest'

import { datesBetween, datesOfYear, dayAt, dayIn, dayNumber } from './calendar.ts'

const LOS_ANGELES = 'America/Los_Angeles'
const HOUR_MS = 3_600_000

test('a day reaches from its first instant to the next day’s', () => {
  const day = dayIn(LOS_ANGELES, '2016-02-29')
  expect(new Date(day.start_ms).toISOString()).toBe('2016-02-29T08:00:00.000Z')
  expect(new Date(day.end_ms).toISOString()).toBe('2016-03-01T08:00:00.000Z')
  expect(day.hours.map(({ hour }) => hour)).toEqual(Array.from({ length: 24 }, (_, hour) => hour))
})

test('the day that daylight saving begins on has 23 hours, without 2 o’clock', () => {
  const day = dayIn(LOS_ANGELES, '2016-03-13')
  expect(day.end_ms - day.start_ms).toBe(23 * HOUR_MS)
  expect(day.hours.map(({ hour }) => hour).slice(0, 4)).toEqual([0, 1, 3, 4])
  expect(day.hours).toHaveLength(23)
})

test('the day that daylight saving ends on has 25 hours, with 1 o’clock twice', () => {
  const day = dayIn(LOS_ANGELES, '2016-11-06')
  expect(day.end_ms - day.start_ms).toBe(25 * HOUR_MS)
  expect(day.hours.map(({ hour }) => hour).slice(0, 4)).toEqual([0, 1, 1, 2])
})

test('the hours of a day follow each other without a gap, also where the clock moves by half an hour', () => {
  for (const date of datesBetween('2016-03-01', '2016-11-30')) {
    const { start_ms, end_ms, hours } = dayIn('Australia/Lord_Howe', date)
    expect(hours[0]!.start_ms).toBe(start_ms)
    expect(hours.at(-1)!.end_ms).toBe(end_ms)
    for (const [index, hour] of hours.slice(1).entries()) expect(hour.start_ms).toBe(hours[index]!.end_ms)
  }
})

test('every instant belongs to the day that contains it', () => {
  for (const instant of ['2016-11-06T06:59:59.999Z', '2016-11-06T07:00:00Z', '2016-11-07T07:59:59.999Z']) {
    const time_ms = Date.parse(instant)
    const day = dayAt(LOS_ANGELES, time_ms)
    expect(day.start_ms).toBeLessThanOrEqual(time_ms)
    expect(day.end_ms).toBeGreaterThan(time_ms)
  }
  expect(dayAt(LOS_ANGELES, Date.parse('2016-11-06T06:59:59.999Z')).date).toBe('2016-11-05')
})

test('a year has 365 dates, a leap year 366', () => {
  expect(datesOfYear(2015)).toHaveLength(365)
  expect(datesOfYear(2016)).toHaveLength(366)
  expect(datesOfYear(2016)).toContain('2016-02-29')
  expect(dayNumber('2016-03-01') - dayNumber('2016-02-28')).toBe(2)
})
