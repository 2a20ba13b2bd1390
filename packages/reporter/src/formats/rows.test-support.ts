import type { AnnualRow } from '../annual.ts'

export const share: AnnualRow = {
  year: 2016,
  metric: 'mobile_login_share',
  version: 1,
  value: 0.61,
  per_day: null,
  events: 1_000,
  previous: 0.55,
  previous_status: 'final',
  change_pct: 10.9,
  per_day_change_pct: null,
  days: 366,
  days_in_year: 366,
  missing_days: '',
  status: 'final',
  title: 'Mobile share of logins',
  unit: 'share',
  definition: "The year's logins in the mobile app divided by all of the year's logins.",
}

export const refills: AnnualRow = {
  ...share,
  metric: 'prescriptions_refilled',
  value: 21_800,
  per_day: 59.6,
  previous: 19_400,
  change_pct: 12.4,
  per_day_change_pct: 12.1,
  title: 'Prescriptions refilled',
  unit: 'prescriptions',
  definition: 'Prescriptions whose refill was requested online.',
}
