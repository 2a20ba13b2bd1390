import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { AnnualRow } from '../../annual.ts'
import { METRICS } from '../../metrics.ts'
import { refills, share } from '../rows.test-support.ts'
import { renderAnnualPage } from './annual-page.ts'
import { renderDailyPage } from './daily-page.ts'
import { renderHistoryPage } from './history-page.ts'
import { renderMetricsPage } from './metrics-page.ts'
import { attributeOf, elementsOf, type Page, parsePage, textOf } from './parse-page.test-support.ts'

const origin = { made_ms: Date.parse('2017-02-01T12:00:00Z'), timeZone: 'America/Los_Angeles' }
const counted = { kind: 'refill', events: 5, quantity: 7, status: 'final' } as const
const days = ['2016-02-28', '2016-02-29'].map((day) => ({ day, ...counted }))

const annualPage = (rows: AnnualRow[]) => renderAnnualPage({ rows, years: [2015, 2016], days, origin })
const dailyPage = () =>
  renderDailyPage({ rows: days, by: ['kind'], from: '2016-02-28', to: '2016-02-29', origin: { ...origin } })

const textsOf = (page: Page, name: string) => elementsOf(page, name).map(textOf)

test('the page of a history has every revision, and what data say as text', () => {
  const metric = '<b>logins</b>'
  const first = { year: 2016, metric, version: 1, revision: 1, published_at: '2017-01-05T00:00:00.000Z', days: 366 }
  const rows = [
    { ...first, value: 3, value_change: null, events: 3, events_change: null, status: 'provisional' },
    { ...first, revision: 2, value: 5, value_change: 2, events: 5, events_change: 2, status: 'final' },
  ]
  const page = parsePage(renderHistoryPage({ rows, year: 2016, origin }))
  expect(textsOf(page, 'h1')).toEqual(['Published figures of 2016'])
  expect(textsOf(page, 'tbody')[0]).toContain('<b>logins</b> v11 2017-01-05 00:00:00 3 – 3 – provisional')
  expect(textsOf(page, 'tr').at(-1)).toContain('2 2017-01-05 00:00:00 5 +2 5 +2 final')
  expect(textsOf(page, 'th').filter((text) => text === '')).toEqual([])
})

describe('the annual page', () => {
  test('has a headline, all figures, the charts and the definitions, each under its heading', async () => {
    const page = parsePage(await annualPage([refills, share]))
    expect(textsOf(page, 'h1')).toEqual(['Annual figures 2015–2016'])
    expect(textsOf(page, 'h2')).toEqual(['2016 at a glance', 'All figures', 'Charts', 'Definitions'])
    expect(elementsOf(page, 'html').map((element) => attributeOf(element, 'lang'))).toEqual(['en'])
    for (const landmark of ['header', 'main']) expect(elementsOf(page, landmark)).toHaveLength(1)
    for (const section of elementsOf(page, 'section')) {
      expect(page.elements.map((element) => attributeOf(element, 'id'))).toContain(
        attributeOf(section, 'aria-labelledby'),
      )
    }
  })

  test('says of each headline figure how it changed, what is its status and what it counts', async () => {
    const page = parsePage(await annualPage([refills, share]))
    expect(elementsOf(page, 'li').slice(0, 2).map(textOf)).toEqual([
      'Prescriptions refilled 21,800 +12.4% from 19,400 in 2015 59.6 a day, +12.1% from 2015 final ' +
        'Prescriptions whose refill was requested online.',
      'Mobile share of logins 61.0% +10.9% relative to 55.0% in 2015 final ' +
        "The year's logins in the mobile app divided by all of the year's logins.",
    ])
  })

  test('compares a year that is not complete by the day only', async () => {
    const [partial] = elementsOf(parsePage(await annualPage([{ ...refills, status: 'partial', days: 300 }])), 'li')
    expect(textOf(partial!)).toContain('21,800 59.6 a day, +12.1% from 2015 partial, 300 of 366 days')
  })

  test('is about all of the metrics when none of them is a headline', async () => {
    const logins = { ...refills, metric: 'logins', title: 'Logins' }
    expect(textsOf(parsePage(await annualPage([logins])), 'h3')).toContain('Logins')
  })

  test('has tables whose cells are headed by their column and by their metric', async () => {
    const page = parsePage(await annualPage([{ ...refills, year: 2015 }, refills, share]))
    const heads = elementsOf(page, 'th').map((head) => [attributeOf(head, 'scope'), textOf(head)])
    expect(heads).toEqual([
      ...['Metric', 'Year', 'Value', 'Per day', 'Year before', 'Change', 'Change per day', 'Days', 'Status'].map(
        (title) => ['col', title],
      ),
      ['rowgroup', 'Prescriptions refilled'],
      ['row', 'Mobile share of logins'],
    ])
    expect(textsOf(page, 'caption')).toEqual(['Each metric by year'])
  })

  test('has charts that are images with a title and a description of their own', async () => {
    const page = parsePage(await annualPage([refills, share]))
    const charts = elementsOf(page, 'svg')
    expect(charts.map((chart) => attributeOf(chart, 'role'))).toEqual(['img', 'img', 'img'])
    for (const chart of charts) {
      const label = attributeOf(chart, 'aria-labelledby')?.split(' ') ?? []
      const named = label.map((id) => page.elements.find((element) => attributeOf(element, 'id') === id))
      expect(named.map((element) => element?.tagName)).toEqual(['title', 'desc'])
      expect(named.map((element) => element && textOf(element))).not.toContain('')
    }
    expect(textsOf(page, 'text')).toEqual(expect.arrayContaining(['21.8K', '61.0%', '2015']))
  })

  test('says when and from what it was made', async () => {
    const page = parsePage(await annualPage([refills]))
    expect(textsOf(page, 'p')[0]).toBe(
      'From the daily counts of 2015-01-01 to 2016-12-31, compared with those of the year before. ' +
        'Made by caretally on 2017-02-01 at 04:00. Days and times are those of America/Los_Angeles.',
    )
    expect(elementsOf(page, 'time').map((element) => attributeOf(element, 'datetime'))).toEqual([
      '2017-02-01T12:00:00Z',
    ])
  })

  test('has no charts of what is not there', async () => {
    const unknown = { ...share, value: null, previous: null }
    const page = parsePage(await renderAnnualPage({ rows: [unknown], years: [2016], days: [], origin }))
    expect(elementsOf(page, 'svg')).toEqual([])
    expect(textsOf(page, 'h2')).not.toContain('Charts')
  })

  test('says so when there are no events', async () => {
    const page = parsePage(await renderAnnualPage({ rows: [], years: [2014, 2016], days: [], origin }))
    expect(textsOf(page, 'h1')).toEqual(['Annual figures 2014, 2016'])
    expect(textsOf(page, 'main')).toEqual(['There are no events.'])
  })
})

test('the daily page has the chart, the counts and their sum', async () => {
  const page = parsePage(await dailyPage())
  expect(textsOf(page, 'h2')).toEqual(['Charts', 'Each day'])
  expect(textsOf(page, 'figcaption')).toEqual([
    'Interactions a day by kind From 2016-02-28 to 2016-02-29. Each bar is a day.',
  ])
  expect(textsOf(page, 'td')).toEqual(['refill', '5', '7', 'final', 'refill', '5', '7', 'final'])
  expect(textsOf(page, 'section').at(-1)).toContain('10 events on 2 days.')
})

test('the page of the metrics defines each of them', () => {
  const page = parsePage(renderMetricsPage(METRICS))
  expect(textsOf(page, 'dd')).toEqual(METRICS.map(({ definition }) => definition))
})

test('a page runs nothing, loads nothing and links to nothing, and tells the browser to refuse all that', async () => {
  for (const text of [await annualPage([refills, share]), await dailyPage(), renderMetricsPage(METRICS)]) {
    expect(text).not.toMatch(/https?:|<script|<link|<img|href|src=|url\(|@import|\son[a-z]+=/i)
    const policies = elementsOf(parsePage(text), 'meta').filter((meta) => attributeOf(meta, 'http-equiv') !== undefined)
    expect(policies.map((policy) => policy.attrs.map(({ value }) => value))).toEqual([
      ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'"],
    ])
  }
})

describe('whatever the data hold', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '&lt;b&gt; &amp; &#60;',
    ']]><b>',
    '<![CDATA[<b>]]>',
    '--><b><!--',
    'javascript:alert(1)',
    '</style></title></desc></text></svg><b>',
    '${1}`',
    'datum.value + "',
  ]
  const anyText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string())
  const anyTexts = fc.uniqueArray(anyText, { minLength: 8, maxLength: 8, selector: (text) => text.trim() })

  /** What the template has made: its elements and the names of their attributes. */
  const skeletonOf = (text: string) =>
    parsePage(text).elements.map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)])

  /** Texts of their own that need no escaping. */
  const harmless = (texts: string[]) => texts.map((_, index) => `text ${index}`)

  const oneAnnualPage = (texts: string[]) => annualPage(hostileRows(texts))

  test('it is text on the annual page, and nothing else comes with it', async () => {
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        const text = await oneAnnualPage(texts)
        expect(skeletonOf(text)).toEqual(skeletonOf(await oneAnnualPage(harmless(texts))))
        const page = parsePage(text)
        const [title, definition, unit, status] = texts.map(collapse)
        expect(textsOf(page, 'th').at(-1)).toBe(title)
        expect(textsOf(page, 'dd')).toEqual([definition])
        expect(textsOf(page, 'dt')[0]).toContain(unit)
        expect(textsOf(page, 'td').at(-1)).toBe(status)
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  test('it is text on the daily page, and nothing else comes with it', async () => {
    const oneDailyPage = ([kind, channel, region, detail]: string[]) => {
      const counted = { events: 1, quantity: 1, status: 'final' } as const
      const rows = [{ day: '2016-02-29', kind, channel, region, detail, ...counted }]
      const by = ['kind', 'channel', 'region', 'detail'] as const
      return renderDailyPage({ rows, by, from: '2016-02-29', to: '2016-02-29', origin })
    }
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        const text = await oneDailyPage(texts)
        expect(skeletonOf(text)).toEqual(skeletonOf(await oneDailyPage(harmless(texts))))
        expect(textsOf(parsePage(text), 'td').slice(0, 4)).toEqual(texts.slice(0, 4).map(collapse))
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  function hostileRows([title, definition, unit, status, metric, previous_status]: string[]): AnnualRow[] {
    return [{ ...refills, title, definition, unit, status, metric, previous_status } as AnnualRow]
  }

  function collapse(text: string): string {
    return text.replace(/\s+/g, ' ').trim()
  }
})
