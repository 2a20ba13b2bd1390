import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseTime } from './time.ts'

test.each([
  ['2000-01-01T00:00:00Z', 946_684_800_000],
  ['2016-02-29T23:59:59.999Z', 1_456_790_399_999],
  ['2016-07-01T12:00:00-07:00', 1_467_399_600_000],
  ['2016-07-01T12:00:00+14:00', 1_467_324_000_000],
  ['2016-07-01T12:00:00-00:00', 1_467_374_400_000],
  ['2016-07-01T12:00:00.5Z', 1_467_374_400_500],
])('%s is %d', (text, time_ms) => {
  expect(parseTime(text)).toBe(time_ms)
})

test('digits beyond the millisecond are cut off, not rounded', () => {
  expect(parseTime('2016-07-01T12:00:00.000999999Z')).toBe(1_467_374_400_000)
  expect(parseTime('2016-07-01T12:00:00.9999Z')).toBe(1_467_374_400_999)
})

test.each([
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['hour 24', '2016-07-01T24:00:00Z'],
  ['hour 24 of an offset', '2016-07-01T12:00:00+24:00'],
  ['minute 60', '2016-07-01T12:60:00Z'],
  ['a day that its month does not have', '2016-06-31T12:00:00Z'],
  ['29 February of a common year', '2015-02-29T12:00:00Z'],
  ['29 February of a century that is no leap year', '2100-02-29T12:00:00Z'],
  ['month 0', '2016-00-01T12:00:00Z'],
  ['month 13', '2016-13-01T12:00:00Z'],
  ['day 0', '2016-07-00T12:00:00Z'],
  ['t in lower case', '2016-07-01t12:00:00Z'],
  ['z in lower case', '2016-07-01T12:00:00z'],
  ['a space for the T', '2016-07-01 12:00:00Z'],
  ['no time zone', '2016-07-01T12:00:00'],
  ['no seconds', '2016-07-01T12:00Z'],
  ['an offset without its colon', '2016-07-01T12:00:00+0700'],
  ['a fraction without digits', '2016-07-01T12:00:00.Z'],
  ['a comma for the point', '2016-07-01T12:00:00,5Z'],
  ['more than nine digits of fraction', '2016-07-01T12:00:00.0123456789Z'],
  ['a year of five digits', '+12016-07-01T12:00:00Z'],
  ['a line break at the end', '2016-07-01T12:00:00Z\n'],
  ['a date alone', '2016-07-01'],
  ['nothing', ''],
])('%s is no time', (_, text) => {
  expect(parseTime(text)).toBeNaN()
})

test('every instant of the years 100 to 9999 comes back from how ECMAScript writes it', () => {
  const instants = fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(instants, (instant) => {
      expect(parseTime(instant.toISOString())).toBe(instant.getTime())
    }),
  )
})
