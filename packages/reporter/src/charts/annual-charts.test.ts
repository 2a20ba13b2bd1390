import { describe, expect, test } from 'vitest'

import { valuesOf, warningsOf } from './compile-chart.test-support.ts'
import { mobileShareChart } from './mobile-share.ts'
import { LIGHT } from './theme.ts'
import { yearOverYearChart } from './year-over-year.ts'

const refills = {
  metric: 'prescriptions_refilled',
  title: 'Prescriptions refilled',
  unit: 'prescriptions',
  year: 2016,
  value: 21_800_000,
  status: 'final',
  previous: 19_400_000,
  previous_status: 'final',
} as const
const share = {
  ...refills,
  metric: 'mobile_login_share',
  title: 'Mobile share of logins',
  unit: 'share',
  value: 0.61,
  previous: 0.55,
} as const
const later = { year: 2017, value: 1_000_000, previous: 21_800_000, status: 'provisional' } as const

describe('year over year', () => {
  test('a metric has a bar for each year, and one for the year before the first', () => {
    const chart = yearOverYearChart([refills, { ...refills, ...later }], LIGHT)
    expect(chart.description).toBe('The total of each metric in 2015, 2016, 2017 (provisional), a bar for each year.')
    expect(valuesOf(chart)).toMatchObject([
      { title: 'Prescriptions refilled', year: '2015', value: 19_400_000, label: '19.4M' },
      { year: '2016', value: 21_800_000, label: '21.8M' },
      { year: '2017 (provisional)', value: 1_000_000, label: '1M' },
    ])
  })

  test('a figure that is not known has no bar, and a share has none', () => {
    expect(valuesOf(yearOverYearChart([{ ...refills, value: null, previous: null }, share], LIGHT))).toEqual([])
  })

  test('the latest year has the full colour, also when it is the only one', () => {
    const opacities = (previous: number | null) => JSON.stringify(yearOverYearChart([{ ...refills, previous }], LIGHT))
    expect(opacities(19_400_000)).toContain('"range":[0.35,1]')
    expect(opacities(null)).toContain('"range":[1,1]')
  })
})

describe('mobile share', () => {
  test('the share has a bar for each year and one for the year before, and other metrics have none', () => {
    const chart = mobileShareChart([refills, share, { ...share, ...later, value: 0.7 }], LIGHT)
    expect(valuesOf(chart)).toEqual([
      { year: '2015', share: 0.55 },
      { year: '2016', share: 0.61 },
      { year: '2017 (provisional)', share: 0.7 },
    ])
  })

  test('a share of nothing has no bar', () => {
    expect(valuesOf(mobileShareChart([{ ...share, value: null, previous: null }], LIGHT))).toEqual([])
  })
})

test('vega-lite has nothing to say against any of them, with rows or without', () => {
  for (const chartOf of [yearOverYearChart, mobileShareChart]) {
    expect(warningsOf(chartOf([], LIGHT))).toEqual([])
    expect(warningsOf(chartOf([refills, share, { ...refills, ...later }], LIGHT))).toEqual([])
  }
})
