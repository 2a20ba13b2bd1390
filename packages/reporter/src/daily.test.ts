import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { DailyCount } from './counts.ts'
import { assertDayRange, dailyRows, DAYS_PER_QUERY_MAX } from './daily.ts'

const timeZone = 'America/Los_Angeles'
const now_ms = Date.parse('2016-03-02T07:59:59Z') // still 1 March in the reporting time zone
/** All is read of 48 hours after the end of 28 February, and not a millisecond more. */
const watermark_ms = Date.parse('2016-03-02T08:00:00Z')
const feb28 = { day: '2016-02-28', events: 3, quantity: 5 }

test('without dimensions every day of the range has a row, a day without events with zeros', () => {
  const rows = dailyRows({
    from: '2016-02-27',
    to: '2016-02-29',
    by: [],
    counts: [feb28],
    timeZone,
    now_ms,
    watermark_ms,
  })
  expect(rows).toEqual([
    { day: '2016-02-27', events: 0, quantity: 0, status: 'final' },
    { ...feb28, status: 'final' },
    { day: '2016-02-29', events: 0, quantity: 0, status: 'provisional' },
  ])
})

test('a day that has not begun in the reporting time zone has no zeros yet', () => {
  const rows = dailyRows({ from: '2016-02-29', to: '2016-03-05', by: [], counts: [], timeZone, now_ms, watermark_ms })
  expect(rows.map(({ day }) => day)).toEqual(['2016-02-29', '2016-03-01'])
})

test('with dimensions there are the combinations that occur, by day and then by dimension, in any order of input', () => {
  const sorted: DailyCount[] = [
    { day: '2016-02-28', kind: 'lab_view', channel: 'web', events: 1, quantity: 9 },
    { day: '2016-02-28', kind: 'login', channel: 'mobile', events: 2, quantity: 2 },
    { day: '2016-02-28', kind: 'login', channel: 'web', events: 3, quantity: 3 },
    { day: '2016-02-29', kind: 'lab_view', channel: 'mobile', events: 4, quantity: 4 },
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (counts) => {
      const rows = dailyRows({
        from: '2016-02-01',
        to: '2016-03-01',
        by: ['channel', 'kind'],
        counts,
        timeZone,
        now_ms,
        watermark_ms,
      })
      expect(rows).toMatchObject(sorted)
    }),
  )
})

test('by region, what few people did is suppressed, and the rows are sorted all the same', () => {
  const day = '2016-02-28'
  const counts = ['WA', 'CA', 'DC'].map((region) => ({ day, region, events: 50, quantity: 50 }))
  const regions = ['CA', 'DC', 'WA'].map((region, index) => ({
    day,
    region,
    members: [40, 10, 20][index]!,
    fewest_members: 9,
  }))
  const rows = dailyRows({ from: day, to: day, by: ['region'], counts, regions, timeZone, now_ms, watermark_ms })
  expect(rows.map(({ region, events, suppressed }) => [region, events, suppressed])).toEqual([
    ['CA', 50, false],
    ['DC', null, true],
    ['WA', null, true],
  ])
})

test('a range may be one day, and no longer than the limit', () => {
  expect(() => assertDayRange('2016-02-29', '2016-02-29')).not.toThrow()
  const last = new Date(Date.parse('2010-01-01') + (DAYS_PER_QUERY_MAX - 1) * 86_400_000)
  expect(() => assertDayRange('2010-01-01', last.toISOString().slice(0, 10))).not.toThrow()
  expect(() => assertDayRange('2009-12-31', last.toISOString().slice(0, 10))).toThrow(
    'the range has 3661 days and 3660 is the most at once',
  )
})

test('a range that runs backwards is refused', () => {
  expect(() => assertDayRange('2016-03-01', '2016-02-29')).toThrow(expect.objectContaining({ code: 'range_invalid' }))
})

test('what compensating rows have taken back to zero is a combination that does not occur', () => {
  const counts = [
    { ...feb28, kind: 'login' },
    { day: '2016-02-28', kind: 'refill', events: 0, quantity: 0 },
  ]
  const rows = dailyRows({ from: '2016-02-28', to: '2016-02-28', by: ['kind'], counts, timeZone, now_ms, watermark_ms })
  expect(rows.map(({ kind }) => kind)).toEqual(['login'])
})
