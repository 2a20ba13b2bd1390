import { expect, test } from 'vitest'

import { parseDimensions, parseFormat, parsePeriod } from './arguments.ts'
import { FORMATS } from './formats/render.ts'

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

test('a format is one of the known ones', () => {
  expect(['table', 'json', 'csv', 'markdown', 'html'].map(parseFormat)).toEqual([...FORMATS])
  expect(() => parseFormat('xml')).toThrow("there is no format 'xml'")
})
