import { expect, test } from 'vitest'

import { parseDimensions, parseFormat, parsePeriod } from './arguments.ts'

test('dimensions are read from a list', () => {
  expect(parseDimensions('kind, region')).toEqual(['kind', 'region'])
})

test.each(['', 'kind,', 'members', 'kind;region'])('"%s" is refused as dimensions', (text) => {
  expect(() => parseDimensions(text)).toThrow(expect.objectContaining({ code: 'dimension_unknown' }))
})

test('only day, month and year are periods', () => {
  expect(['day', 'month', 'year'].map(parsePeriod)).toEqual(['day', 'month', 'year'])
  expect(() => parsePeriod('week')).toThrow("members cannot be counted by 'week'")
})

test('only table, json and csv are formats', () => {
  expect(['table', 'json', 'csv'].map(parseFormat)).toEqual(['table', 'json', 'csv'])
  expect(() => parseFormat('xml')).toThrow("there is no format 'xml'")
})
