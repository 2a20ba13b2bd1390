import path from 'node:path'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { YEAR_MAX, YEAR_MIN } from '../calendar.ts'
import { parseReference, readReference } from './read-reference.ts'
import { FIGURES } from './reference.ts'

const folder = path.join(import.meta.dirname, '..', '..', 'reference')

const valid = ['title: Valley Health', 'source: annual report', 'years:', '  2016:', '    members: 1000', ''].join('\n')

describe('a reference file', () => {
  test("the article's file has what the article gives, and no in-person visits", async () => {
    const { title, years } = await readReference(path.join(folder, 'kaiser-2016.yaml'))
    const values = Object.entries(years.get(2016)!).map(([name, { value }]) => [name, value])
    expect(title).toBe('Kaiser Permanente')
    expect([...years.keys()]).toEqual([2016])
    expect(Object.fromEntries(values)).toEqual({
      members: 10_700_000,
      physicians: 19_479,
      nurses: 52_214,
      hospitals: 38,
      medical_offices: 651,
    })
  })

  test('a figure has its own source, or else that of its year, or else that of the file', () => {
    const text = `${valid}
  2017:
    source: filing
    members: 1100
    physicians: { value: 12, source: census }
`
    const { years } = parseReference(text, 'valley.yaml')
    expect(years.get(2016)).toEqual({ members: { value: 1000, source: 'annual report' } })
    expect(years.get(2017)).toEqual({
      members: { value: 1100, source: 'filing' },
      physicians: { value: 12, source: 'census' },
    })
  })

  test('whatever figures it names are read as they stand, and no others', () => {
    const names = Object.keys(FIGURES)
    const values = fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    const anyYears = fc.dictionary(fc.integer({ min: YEAR_MIN, max: YEAR_MAX }).map(String), values, { minKeys: 1 })
    fc.assert(
      fc.property(anyYears, (given) => {
        const { years } = parseReference(JSON.stringify({ title: 'T', source: 'S', years: given }), 'any.yaml')
        const read = [...years].map(([year, figures]) => [
          String(year),
          Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])),
        ])
        expect(Object.fromEntries(read)).toEqual({ ...given })
      }),
    )
  })
})

describe('what is refused', () => {
  test('a file that cannot be read', async () => {
    await expect(readReference(path.join(folder, 'missing.yaml'))).rejects.toMatchObject({
      code: 'reference_unreadable',
      message: `cannot read ${path.join(folder, 'missing.yaml')}`,
      hint: expect.stringContaining('kaiser-2016.yaml'),
    })
  })

  test.each([
    ['a list that does not end', 'title: [Valley\n', 'line 2, column 1'],
    ['a tab as indentation', 'years:\n\t2016: 1\n', 'line 2, column 1: Tabs are not allowed as indentation'],
    ['a year twice', `${valid}  2016: {}\n`, 'line 6, column 3: Map keys must be unique'],
    ['a year twice in two spellings', `${valid}  "2016": {}\n`, 'line 6, column 3: Map keys must be unique'],
    ['a figure twice', `${valid}    members: 1\n`, 'line 6, column 5: Map keys must be unique'],
    ['a tag of its own', 'title: !health Valley\n', 'line 1, column 8: Unresolved tag: !health'],
    ['a second document', `${valid}---\n${valid}`, 'line 6, column 1: a second document begins'],
    ['an alias without its anchor', 'title: *valley\n', 'an alias has no anchor before it, or there are too many'],
  ])('broken YAML, such as %s, with its place', (_, text, place) => {
    expect(() => parseReference(text, 'valley.yaml')).toThrow(
      expect.objectContaining({ code: 'reference_not_yaml', message: expect.stringContaining(place) }),
    )
  })

  test('several mistakes in YAML, all at once', () => {
    const text = `${valid}    members: 1\n  2016: {}\n`
    expect(() => parseReference(text, 'valley.yaml')).toThrow(/line 6, column 5: .*; line 7, column 3: /)
  })

  const text = 'must be one line of text, of at most 200 characters'
  const figure = 'must be a whole number from 1, alone or as the value beside a source'
  test.each([
    ['an empty file', '', ['the file must have a title, a source and years']],
    ['no title', 'source: S\nyears: { 2016: {} }', [`title ${text}`]],
    ['no source', 'title: T\nyears: { 2016: {} }', [`source ${text}`]],
    ['a title of two lines', 'title: "a\\nb"\nsource: S\nyears: { 2016: {} }', [`title ${text}`]],
    ['a title that is too long', `title: ${'x'.repeat(201)}\nsource: S\nyears: { 2016: {} }`, [`title ${text}`]],
    ['a blank source', 'title: T\nsource: " "\nyears: { 2016: {} }', [`source ${text}`]],
    ['no years', 'title: T\nsource: S\nyears: {}', ['years must have a year, with its figures']],
    ['years that are none', 'title: T\nsource: S\nyears: 2016', ['years must have a year, with its figures']],
    ['nothing of a year', `${valid}  2017:\n`, ['years.2017 must name figures, such as members']],
    ['a year before all others', `${valid}  1999: {}\n`, ['years.1999 must be a year from 2000 to 2148']],
    ['a year after all others', `${valid}  2149: {}\n`, ['years.2149 must be a year from 2000 to 2148']],
    ['a key that is no year', `${valid}  last: {}\n`, ['years.last must be a year from 2000 to 2148']],
    ['no members', `${valid}  2017: { members: 0 }\n`, [`years.2017.members ${figure}`]],
    ['fewer than none', `${valid}  2017: { members: -1 }\n`, [`years.2017.members ${figure}`]],
    ['half a physician', `${valid}  2017: { physicians: 1.5 }\n`, [`years.2017.physicians ${figure}`]],
    [
      'a number too large to be exact',
      `${valid}  2017: { members: 9e15 }\n`.replace('9e15', '9007199254740993'),
      [`years.2017.members ${figure}`],
    ],
    ['a number as text', `${valid}  2017: { members: "7" }\n`, [`years.2017.members ${figure}`]],
    ['a value without a source', `${valid}  2017: { members: { value: 7 } }\n`, [`years.2017.members ${figure}`]],
    [
      'names that are not known',
      `${valid}    doctors: 3\nnotes: none\n`,
      ['years.2016.doctors is not one of the names that are known', 'notes is not one of the names that are known'],
    ],
    [
      'everything at once',
      'source: S\nyears: { 1999: {}, 2016: { members: 0, beds: 1 }, 2017: { source: 6 } }',
      [
        `title ${text}`,
        'years.1999 must be a year from 2000 to 2148',
        `years.2016.members ${figure}`,
        'years.2016.beds is not one of the names that are known',
        `years.2017.source ${text}`,
      ],
    ],
  ])('%s, by its path in the file', (_, text, problems) => {
    expect(() => parseReference(text, 'valley.yaml')).toThrow(
      expect.objectContaining({
        code: 'reference_invalid',
        message: `valley.yaml cannot be used: ${problems.join('; ')}`,
        hint: expect.stringContaining('docs/figures.md'),
      }),
    )
  })
})
