import type { AnnualRow } from '../annual.ts'
import { chartConfig, type ChartSpecification } from './specification.ts'
import type { Theme } from './theme.ts'
import { yearLabel } from './year-label.ts'

type Figure = Pick<AnnualRow, 'metric' | 'year' | 'value' | 'status' | 'previous' | 'previous_status'>

export const MOBILE_SHARE_METRIC = 'mobile_login_share'

/** The mobile share of logins, a bar for each year and one for the year before the first, on a scale from 0 to 100%. */
export function mobileShareChart(rows: readonly Figure[], theme: Theme): ChartSpecification {
  const bars = toBars(rows.filter(({ metric }) => metric === MOBILE_SHARE_METRIC))
  return {
    title: 'Mobile share of logins',
    description: 'Logins in the mobile app in percent of all logins, a bar for each year.',
    width: { step: 56 },
    height: 200,
    config: chartConfig(theme),
    data: { values: bars },
    encoding: {
      x: { field: 'year', type: 'ordinal', sort: null, axis: { title: null, labelAngle: 0, ticks: false } },
      y: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 1] },
        axis: { title: null, grid: false, format: '.0%', tickCount: 5 },
      },
    },
    layer: [
      { mark: { type: 'bar', color: theme.accent, width: { band: 0.6 } } },
      { mark: { type: 'text', dy: -8 }, encoding: { text: { field: 'share', format: '.1%' } } },
    ],
  }
}

interface Bar {
  year: string
  share: number
}

function toBars(rows: readonly Figure[]): Bar[] {
  return rows.flatMap((row, index) => [
    ...(rows[index - 1]?.year === row.year - 1 ? [] : barOf(row.year - 1, row.previous, row.previous_status)),
    ...barOf(row.year, row.value, row.status),
  ])
}

function barOf(year: number, share: number | null, status: AnnualRow['previous_status']): Bar[] {
  return share === null ? [] : [{ year: yearLabel(year, status), share }]
}
