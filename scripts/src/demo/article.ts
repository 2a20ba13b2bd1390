import type { AnnualRow } from '@caretally/reporter'

import { type Check, check } from '../check.ts'

interface ArticleFigure {
  name: string
  metric: string
  year: number
  /** As the article prints it. */
  printed: number
  /** What stands in an annual row at the given scale, in the article's unit and with its digits. */
  read: (row: AnnualRow, scale: number) => number | null
}

const thousands = (value: number | null, scale: number) => value && Math.round((value * scale) / 1_000)
const total: ArticleFigure['read'] = (row, scale) => thousands(row.value, scale)
const perDay: ArticleFigure['read'] = (row, scale) => thousands(row.per_day, scale)
const change: ArticleFigure['read'] = (row) => row.change_pct
const perDayChange: ArticleFigure['read'] = (row) => row.per_day_change_pct
const percent: ArticleFigure['read'] = (row) => row.value && Math.round(row.value * 1_000) / 10

/**
 * Kaiser Permanente's figures for 2016. The mobile share of logins is the article's "visits to the portal made from a
 * mobile device". Two figures are derived: the change of the yearly total, because 2016 had a day more than 2015, and the
 * "nearly 110 million" interactions of 2015, which come out as 109.9 million under the telehealth visits that the `kaiser`
 * scenario assumes.
 */
export const ARTICLE_FIGURES: readonly ArticleFigure[] = [
  {
    name: 'digital interactions a day, thousands',
    metric: 'digital_interactions',
    year: 2015,
    printed: 516,
    read: perDay,
  },
  {
    name: 'digital interactions a day, thousands',
    metric: 'digital_interactions',
    year: 2016,
    printed: 678,
    read: perDay,
  },
  {
    name: 'digital interactions a day, change %',
    metric: 'digital_interactions',
    year: 2016,
    printed: 31.4,
    read: perDayChange,
  },
  {
    name: 'digital interactions in total, change %',
    metric: 'digital_interactions',
    year: 2016,
    printed: 31.8,
    read: change,
  },
  { name: 'care interactions, thousands', metric: 'care_interactions', year: 2015, printed: 109_900, read: total },
  {
    name: 'prescriptions refilled, thousands',
    metric: 'prescriptions_refilled',
    year: 2015,
    printed: 19_400,
    read: total,
  },
  {
    name: 'prescriptions refilled, thousands',
    metric: 'prescriptions_refilled',
    year: 2016,
    printed: 21_800,
    read: total,
  },
  {
    name: 'prescriptions refilled, change %',
    metric: 'prescriptions_refilled',
    year: 2016,
    printed: 12.4,
    read: change,
  },
  { name: 'lab results viewed, thousands', metric: 'lab_results_viewed', year: 2015, printed: 40_500, read: total },
  { name: 'lab results viewed, thousands', metric: 'lab_results_viewed', year: 2016, printed: 45_400, read: total },
  { name: 'lab results viewed, change %', metric: 'lab_results_viewed', year: 2016, printed: 12.1, read: change },
  { name: 'messages exchanged, thousands', metric: 'messages_exchanged', year: 2015, printed: 22_300, read: total },
  { name: 'messages exchanged, thousands', metric: 'messages_exchanged', year: 2016, printed: 23_600, read: total },
  { name: 'messages exchanged, change %', metric: 'messages_exchanged', year: 2016, printed: 5.8, read: change },
  { name: 'mobile share of logins, %', metric: 'mobile_login_share', year: 2016, printed: 61.0, read: percent },
]

/** Holds the annual rows against the article, and the completeness of each year's rows against the calendar. */
export function checkAgainstArticle(rows: readonly AnnualRow[], scale: number): Check[] {
  const figures = ARTICLE_FIGURES.map(({ name, metric, year, printed, read }) => {
    const row = rows.find((row) => row.metric === metric && row.year === year)
    return check(`${name}, ${year}`, printed, row ? read(row, scale) : null)
  })
  const years = [...new Set(ARTICLE_FIGURES.map(({ year }) => year))]
  return [
    ...figures,
    ...years.map((year) =>
      checkCompleteness(
        rows.filter((row) => row.year === year),
        year,
      ),
    ),
  ]
}

function checkCompleteness(rows: readonly AnnualRow[], year: number): Check {
  const states = new Set(rows.map(({ status, days, days_in_year }) => `${status}, ${days} of ${days_in_year} days`))
  const days = isLeapYear(year) ? 366 : 365
  return check(`every figure of ${year}`, `final, ${days} of ${days} days`, [...states].join('; '))
}

const isLeapYear = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
