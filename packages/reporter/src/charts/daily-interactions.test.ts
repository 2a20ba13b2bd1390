import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { eachDay } from '../calendar.ts'
import { valuesOf, warningsOf } from './compile-chart.test-support.ts'
import { dailyInteractionsChart } from './daily-interactions.ts'
import { LIGHT } from './theme.ts'

const february: string[] = eachDay('2016-02-01', '2016-02-29')

describe('daily interactions', () => {
  test('a few days have a bar each, stacked by kind', () => {
    const counts = [
      { day: '2016-02-28', kind: 'login', events: 3 },
      { day: '2016-02-29', kind: 'lab_view', events: 5 },
    ]
    const chart = dailyInteractionsChart(counts, LIGHT)
    expect(chart).toMatchObject({
      title: 'Interactions a day by kind',
      description: 'From 2016-02-28 to 2016-02-29. Each bar is a day.',
      encoding: { color: { scale: { domain: ['Logins', 'Lab-result views'], range: [LIGHT.login, LIGHT.lab_view] } } },
    })
    expect(valuesOf(chart)).toEqual([
      { from: '2016-02-28', until: '2016-02-29', days: 1, series: 'Logins', rank: 0, per_day: 3 },
      { from: '2016-02-29', until: '2016-03-01', days: 1, series: 'Lab-result views', rank: 4, per_day: 5 },
    ])
  })

  test('counts of several regions are one bar', () => {
    const chart = dailyInteractionsChart(
      ['CA', 'WA'].map((region) => ({ day: '2016-02-29', kind: 'refill', region, events: 2 })),
      LIGHT,
    )
    expect(valuesOf(chart)).toMatchObject([{ per_day: 4 }])
  })

  test('without kinds there is one series, and no legend to name it', () => {
    const chart = dailyInteractionsChart([{ day: '2016-02-29', events: 2 }], LIGHT)
    expect(chart).toMatchObject({ title: 'Interactions a day', encoding: { color: { legend: null } } })
    expect(valuesOf(chart)).toMatchObject([{ series: 'All interactions', per_day: 2 }])
  })

  test('a kind that is not known is drawn as another one, not left out', () => {
    const chart = dailyInteractionsChart([{ day: '2016-02-29', kind: 'survey', events: 2 }], LIGHT)
    expect(valuesOf(chart)).toMatchObject([{ series: 'Other', per_day: 2 }])
  })

  test('many days are drawn as the daily mean of their weeks, with days without counts as zeros', () => {
    const counts = [...february, '2016-07-01'].map((day) => ({ day, kind: 'message', events: 7 }))
    const chart = dailyInteractionsChart(counts, LIGHT)
    expect(chart.description).toBe(
      'From 2016-02-01 to 2016-07-01. Each bar is the daily mean of a week, from Monday on.',
    )
    expect(valuesOf(chart)).toMatchObject([
      ...Array.from({ length: 4 }, () => ({ days: 7, per_day: expect.closeTo(7) })),
      { from: '2016-02-29', days: 7, per_day: 1 },
      { from: '2016-06-27', until: '2016-07-02', days: 5, per_day: 1.4 },
    ])
  })

  test('days that are not known are no zeros: the mean of a week is that of its other days', () => {
    const counts = [...february, '2016-07-01'].map((day) => ({ day, kind: 'message', events: 7 }))
    const known = counts.filter(({ day }) => day !== '2016-02-03' && day !== '2016-02-04')
    const [first] = valuesOf(
      dailyInteractionsChart(known, LIGHT, new Set(['2016-02-03', '2016-02-04', '2019-01-01'])),
    ) as [unknown]
    expect(first).toMatchObject({ from: '2016-02-01', days: 5, per_day: expect.closeTo(7) })
  })

  test('however many days there are, the bars are few and their area is the sum of the counts', () => {
    const anyCounts = fc.array(
      fc.record({
        day: fc.constantFrom(...eachDay('2010-01-01', '2020-01-01')),
        kind: fc.constantFrom('login', 'refill', undefined),
        events: fc.nat(),
      }),
      { maxLength: 300 },
    )
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const bars = valuesOf(dailyInteractionsChart(counts, LIGHT)) as {
          days: number
          per_day: number
          from: string
        }[]
        const area = bars.reduce((total, { days, per_day }) => total + days * per_day, 0)
        expect(area).toBeCloseTo(
          counts.reduce((total, { events }) => total + events, 0),
          2,
        )
        expect(new Set(bars.map(({ from }) => from)).size).toBeLessThan(160)
      }),
    )
  })

  test('vega-lite has nothing to say against it, with counts or without', () => {
    expect(warningsOf(dailyInteractionsChart([], LIGHT))).toEqual([])
    expect(warningsOf(dailyInteractionsChart([{ day: '2016-02-29', kind: 'login', events: 2 }], LIGHT))).toEqual([])
  })
})
