import { expect, test } from 'vitest'

import { eachDay } from './calendar.ts'
import { dayStatus, GRACE_MS, missingDays, yearStatus } from './status.ts'

const timeZone = 'America/Los_Angeles'
const settled_ms = Date.parse('2017-01-01T08:00:00Z') + GRACE_MS
const all = eachDay('2016-01-01', '2016-12-31')
const withoutLeapDay = all.filter((day) => day !== '2016-02-29')

const at = (watermark_ms: number) => ({ timeZone, watermark_ms, grace_ms: GRACE_MS })
const statusOf = (year: number, days: readonly string[], progress: ReturnType<typeof at>) =>
  yearStatus(year, missingDays(year, days, progress), progress)

test('a year is provisional until all is read of 48 hours after its end in the reporting time zone, complete or not', () => {
  for (const days of [all, withoutLeapDay, ['2016-01-01']]) {
    expect(statusOf(2016, days, at(Date.parse('2016-06-01')))).toBe('provisional')
    expect(statusOf(2016, days, at(settled_ms - 1))).toBe('provisional')
    expect(statusOf(2016, days, at(-Infinity))).toBe('provisional')
  }
})

test('after that it is final when every day has events, and partial when one has none', () => {
  expect(statusOf(2016, all, at(settled_ms))).toBe('final')
  expect(statusOf(2016, withoutLeapDay, at(settled_ms))).toBe('partial')
  expect(statusOf(2015, eachDay('2015-01-01', '2015-12-31'), at(settled_ms))).toBe('final')
})

test('a day is final once all is read of 48 hours after its end', () => {
  const end_ms = Date.parse('2016-03-01T08:00:00Z')
  expect(dayStatus('2016-02-29', at(end_ms + GRACE_MS - 1))).toBe('provisional')
  expect(dayStatus('2016-02-29', at(end_ms + GRACE_MS))).toBe('final')
})

test('the days that are missing are final and have no event; those that may still come are not missing', () => {
  expect(missingDays(2016, withoutLeapDay, at(settled_ms))).toEqual(['2016-02-29'])
  const spring_ms = Date.parse('2016-03-02T08:00:00Z') + GRACE_MS
  expect(missingDays(2016, eachDay('2016-01-01', '2016-02-28'), at(spring_ms))).toEqual(['2016-02-29', '2016-03-01'])
  expect(missingDays(2016, [], at(-Infinity))).toEqual([])
})

test('the time that late events are given may be another one', () => {
  const end_ms = Date.parse('2016-03-01T08:00:00Z')
  expect(dayStatus('2016-02-29', { timeZone, watermark_ms: end_ms, grace_ms: 0 })).toBe('final')
  expect(dayStatus('2016-02-29', { timeZone, watermark_ms: end_ms + GRACE_MS, grace_ms: 2 * GRACE_MS })).toBe(
    'provisional',
  )
})
