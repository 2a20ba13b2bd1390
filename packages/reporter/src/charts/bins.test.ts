import fc from 'fast-check'
import { expect, test } from 'vitest'

import { eachDay } from '../calendar.ts'
import { binOf, binSizeOf } from './bins.ts'

const anyRange = fc
  .record({
    first: fc.date({ min: new Date('2000-01-01'), max: new Date('2140-12-31'), noInvalidDate: true }),
    days: fc.integer({ min: 1, max: 900 }),
  })
  .map(({ first, days }) => ({ first: toDay(first.getTime()), last: toDay(first.getTime() + (days - 1) * 86_400_000) }))

function toDay(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 10)
}

test('the bins of a range hold each of its days once, and nothing else', () => {
  fc.assert(
    fc.property(anyRange, fc.constantFrom('day', 'week', 'month'), (range, size) => {
      const days = eachDay(range.first, range.last)
      const bins = new Map(days.map((day) => [binOf(day, size, range).from, binOf(day, size, range)]))
      const held = [...bins.values()].flatMap(({ from, until }) => eachDay(from, until).slice(0, -1))
      expect(held).toEqual(days)
      expect([...bins.values()].reduce((total, bin) => total + bin.days, 0)).toBe(days.length)
    }),
    { numRuns: 50 },
  )
})

test('weeks begin on Mondays and months on their first, cut off where the range ends', () => {
  const range = { first: '2016-02-10', last: '2016-03-15' }
  expect(binOf('2016-02-14', 'week', range)).toEqual({ from: '2016-02-10', until: '2016-02-15', days: 5 })
  expect(binOf('2016-02-29', 'week', range)).toEqual({ from: '2016-02-29', until: '2016-03-07', days: 7 })
  expect(binOf('2016-02-29', 'month', range)).toEqual({ from: '2016-02-10', until: '2016-03-01', days: 20 })
  expect(binOf('2016-03-15', 'month', range)).toEqual({ from: '2016-03-01', until: '2016-03-16', days: 15 })
})

test.each([
  ['2016-01-01', '2016-03-31', 'day'],
  ['2015-01-01', '2016-12-31', 'week'],
  ['2012-01-01', '2016-12-31', 'month'],
])('from %s to %s there is a bin for each %s', (first, last, size) => {
  expect(binSizeOf(first, last)).toBe(size)
})
