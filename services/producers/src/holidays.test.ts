import { expect, test } from 'vitest'

import { holidaysOf } from './holidays.ts'

test('the holidays of 2016 are on their dates', () => {
  expect([...holidaysOf(2016)]).toEqual([
    '2016-01-01',
    '2016-01-18',
    '2016-02-15',
    '2016-05-30',
    '2016-07-04',
    '2016-09-05',
    '2016-10-10',
    '2016-11-11',
    '2016-11-24',
    '2016-11-25',
    '2016-12-24',
    '2016-12-25',
  ])
})

test('the holidays that are counted from a weekday move with the year', () => {
  expect(holidaysOf(2015)).toContain('2015-05-25')
  expect(holidaysOf(2015)).toContain('2015-11-26')
})
