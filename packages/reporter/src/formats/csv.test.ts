import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { renderCsv } from './csv.ts'

const FORMULA = /^[=+\-@\t\r]/

describe('csv', () => {
  test('lines end with CR LF, texts are quoted where they must be, and null is an empty field', () => {
    const rows = [
      { day: '2016-02-29', note: 'a "b", c', change_pct: -64 },
      { day: '2016-03-01', note: null, change_pct: 0 },
    ]
    expect(renderCsv(rows, ['day', 'note', 'change_pct'])).toBe(
      'day,note,change_pct\r\n2016-02-29,"a ""b"", c",-64\r\n2016-03-01,,0\r\n',
    )
  })

  test('true and false are told from an empty field', () => {
    const rows = [{ suppressed: true }, { suppressed: false }, { suppressed: null }]
    expect(renderCsv(rows, ['suppressed'])).toBe('suppressed\r\ntrue\r\nfalse\r\n\r\n')
  })

  test('without rows there is still the line of columns', () => {
    expect(renderCsv([], ['day', 'events'])).toBe('day,events\r\n')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")', '＝1'])(
    'the text %j does not become a formula',
    (text) => {
      expect(parseCsv(renderCsv([{ text }], ['text']))).toEqual([['text'], [`'${text}`]])
    },
  )

  test('a negative number stays a number', () => {
    expect(renderCsv([{ change_pct: -12.4 }], ['change_pct'])).toBe('change_pct\r\n-12.4\r\n')
  })

  test('what is written is what is read back, formulas as text', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', 'a') }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, fc.integer()), { minLength: 1 }), (rows) => {
        const written = renderCsv(
          rows.map(([text, value]) => ({ text, value })),
          ['text', 'value'],
        )
        const [, ...read] = parseCsv(written)
        expect(read).toEqual(rows.map(([text, value]) => [FORMULA.test(text) ? `'${text}` : text, String(value)]))
      }),
    )
  })
})

/** RFC 4180, read by the letter: fields by commas, records by CR LF, quotes doubled within quotes. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    record.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(record)
    record = []
  }
  return records
}
