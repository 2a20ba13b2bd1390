import { expect, test } from 'vitest'

import { GRACE_MS, yearStatus } from './status.ts'

const timeZone = 'America/Los_Angeles'
const settled_ms = Date.parse('2017-01-01T08:00:00Z') + GRACE_MS

test('a year is provisional until 48 hours after its end in the reporting time zone, complete or not', () => {
  for (const days of [1, 365, 366]) {
    expect(yearStatus({ year: 2016, days, timeZone, now_ms: Date.parse('2016-06-01') })).toBe('provisional')
    expect(yearStatus({ year: 2016, days, timeZone, now_ms: settled_ms - 1 })).toBe('provisional')
  }
})

test('after that it is final when every day has events, and partial when one has none', () => {
  expect(yearStatus({ year: 2016, days: 366, timeZone, now_ms: settled_ms })).toBe('final')
  expect(yearStatus({ year: 2016, days: 365, timeZone, now_ms: settled_ms })).toBe('partial')
  expect(yearStatus({ year: 2015, days: 365, timeZone, now_ms: settled_ms })).toBe('final')
})
