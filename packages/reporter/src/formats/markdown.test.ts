import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, test } from 'vitest'

import { elementsOf, parsePage, textOf } from './html/parse-page.test-support.ts'
import { renderMarkdownTable } from './markdown.ts'
import { renderAnnual, renderDaily, renderMetrics } from './render.ts'
import { refills, share } from './rows.test-support.ts'

/** What means something in GitHub's Markdown. */
const MARKUP = [
  ...String.raw`| \ ${'`'} ${'``'} * ** _ ~~ $ < > ( ) [x](y) ![x](y) [^1] <b> <!-- &lt; &#124; - # > 1. :x:`.split(
    ' ',
  ),
  ...'https://example.org www.example.org mailto:x@example.org x@example.org'.split(' '),
]

describe('markdown', () => {
  test('annual figures are a table, with what has to be known and the definitions beneath', () => {
    expect(renderAnnual([refills, share], 'markdown')).toBe(
      [
        '| Metric | Year | Value | Per day | Year before | Change | Change per day | Days | Status |',
        '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
        '| Prescriptions refilled | 2016 | 21,800 | 59.6 | 19,400 | +12.4% | +12.1% | 366 of 366 | final |',
        '| Mobile share of logins | 2016 | 61.0% | – | 55.0% | +10.9% | – | 366 of 366 | final |',
        '',
        '- The change of a share is relative, not in percentage points.',
        '',
        '**Definitions**',
        '',
        String.raw`- **Prescriptions refilled** (prescriptions\_refilled v1, in prescriptions): Prescriptions whose refill was requested online.`,
        String.raw`- **Mobile share of logins** (mobile\_login\_share v1, in percent): The year's logins in the mobile app divided by all of the year's logins.`,
        '',
      ].join('\n'),
    )
  })

  test('daily counts have a column for each dimension, and the sum beneath', () => {
    const counts = { events: 1234, quantity: 5678, status: 'final' } as const
    const row = { day: '2016-02-29', kind: 'lab_view', region: 'CA', ...counts }
    expect(renderDaily([row], ['region', 'kind'], 'markdown').split('\n').slice(0, 5)).toEqual([
      '| Day | Kind | Region | Events | Quantity | Status |',
      '| --- | --- | --- | ---: | ---: | --- |',
      String.raw`| 2016-02-29 | lab\_view | CA | 1,234 | 5,678 | final |`,
      '',
      '**1,234 events on 1 day.**',
    ])
  })

  test('metrics are a table of their definitions', () => {
    const metric = { id: 'logins', version: 1, title: 'Logins', definition: 'Logins.', unit: 'logins' } as const
    const annual = { rule: 'sum', of: { measure: 'events' } } as const
    expect(renderMetrics([{ ...metric, counts: 'events', annual }], 'markdown')).toBe(
      '| Metric | Name | Unit | Definition |\n| --- | --- | --- | --- |\n| Logins | logins v1 | logins | Logins. |\n',
    )
  })

  test('whatever the cells hold is shown as text, each in its own cell', () => {
    const markup = fc.constantFrom(...MARKUP, 'a', ' ', '\n', '\r\n')
    const anyCell = fc.oneof(
      fc.array(markup).map((parts) => parts.join('')),
      fc.string(),
    )
    const columns = ['a', 'b'].map((title, index) => ({ title, text: (row: string[]) => row[index] ?? '' }))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCell, anyCell), { minLength: 1, maxLength: 5 }), (rows) => {
        const page = parsePage(
          micromark(renderMarkdownTable(columns, rows), { extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
        )
        expect(elementsOf(page, 'td').map(textOf)).toEqual(rows.flat().map(collapse))
        expect(elementsOf(page, 'td').flatMap(({ childNodes }) => childNodes.map(({ nodeName }) => nodeName))).toEqual(
          rows.flat().flatMap((text) => (collapse(text) === '' ? [] : ['#text'])),
        )
      }),
      { numRuns: 300 },
    )
  })
})

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
