// Free of Node, so that a browser can import it.
export { type DailyBar, type DailyInteractions, dailyInteractionsChart, kindTitle } from './daily-interactions.ts'
export { mobileShareChart } from './mobile-share.ts'
export { chartConfig, type ChartSpecification } from './specification.ts'
export { DARK, declareColours, LIGHT, PAGE_COLOURS, type Theme } from './theme.ts'
export { yearOverYearChart } from './year-over-year.ts'
