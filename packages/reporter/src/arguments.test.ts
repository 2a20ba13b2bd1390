import { expect, test } from 'vitest'

import { parseDimensions, parseFormat } from './arguments.ts'
import { FORMATS } from './formats/render.ts'

test('dimensions are read from a list', () => {
  expect(parseDimensions('kind, region')).toEqual(['kind', 'region'])
})

test.each(['', 'kind,', 'members', 'kind;region'])('"%s" is refused as dimensions', (text) => {
  expect(() => parseDimensions(text)).toThrow(expect.objectContaining({ code: 'dimension_unknown' }))
})

test('a format is one of the known ones', () => {
  expect(['table', 'json', 'csv', 'markdown', 'html'].map(parseFormat)).toEqual([...FORMATS])
  expect(() => parseFormat('xml')).toThrow("there is no format 'xml'")
})
