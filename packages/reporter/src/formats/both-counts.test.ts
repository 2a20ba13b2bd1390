import { expect, test } from 'vitest'

import { annualRows } from '../annual.ts'
import { eachDay } from '../calendar.ts'
import { findMetrics } from '../metrics.ts'
import { renderAnnualPage } from './html/annual-page.ts'
import { FORMATS, renderAnnual } from './render.ts'

/** The article's year 2015 at a thousandth: 516,000 interactions a day, and nearly 110 million in all without the logins. */
const sums = [
  ['login', 78_440],
  ['telehealth', 27_700],
  ['message', 22_300],
  ['refill', 19_400],
  ['lab_view', 40_500],
].map(([kind, events]) => ({ kind: String(kind), events: Number(events), quantity: Number(events) }))
const timeZone = 'America/Los_Angeles'

test.each(FORMATS)(
  "both of the article's counts stand under their own name with their own definition: %s",
  async (format) => {
    const metrics = findMetrics(['digital_interactions', 'care_interactions'])
    const rows = annualRows({
      metrics,
      years: [2015],
      sums: sums.map((sum) => ({ ...sum, year: 2015, channel: 'web', detail: '' })),
      members: [],
      countedDays: [{ year: 2015, days: eachDay('2015-01-01', '2015-12-31') }],
      timeZone,
      watermark_ms: Date.parse('2016-06-01T00:00:00Z'),
    })
    const page = { rows, years: [2015], days: [], origin: { made_ms: 0, timeZone } }
    const text = format === 'html' ? await renderAnnualPage(page) : renderAnnual(rows, format)

    for (const { title, definition } of metrics) {
      expect(text).toContain(title)
      expect(text).toContain(definition)
    }
    for (const figure of [/188,?340/, /109,?900/]) expect(text).toMatch(figure)
    expect(text.search(/188,?340/)).toBeLessThan(text.search(/109,?900/))
  },
)
