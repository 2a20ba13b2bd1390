import { countedSpan, runQuery } from '@caretally/clickhouse'
import { annualReport, findMetrics, METRICS, parseYears, renderAnnual } from '@caretally/reporter'
import { z } from 'zod'

import { defineEndpoint, type Source } from '../endpoint.ts'
import { formatParameter, listOf, yearsParameter } from '../parameters.ts'

const METRIC_IDS = METRICS.map(({ id }) => id)
/** When no years are asked for, the latest ones that have events. */
const YEARS_MAX = 10

const figure = z.number().nullable()
const status = z.enum(['final', 'provisional', 'partial'])

export const annual = defineEndpoint({
  path: '/api/annual',
  summary: `The annual figures, each compared with the year before. Without \`years\`, those of the latest ${YEARS_MAX} years.`,
  parameters: z.strictObject({
    years: yearsParameter.optional(),
    metrics: listOf(METRIC_IDS).optional(),
    format: formatParameter,
  }),
  answer: z.array(
    z.strictObject({
      year: z.int(),
      metric: z.string(),
      version: z.int(),
      value: figure,
      per_day: figure,
      events: z.int().describe('Events that the value was made from; of a share, those of the whole'),
      previous: figure,
      previous_status: status.nullable(),
      change_pct: figure,
      per_day_change_pct: figure,
      days: z.int(),
      days_in_year: z.int(),
      missing_days: z.string().describe('Final days without events: `2016-02-29 2016-05-01/2016-05-07`'),
      status,
      title: z.string(),
      unit: z.enum(['interactions', 'logins', 'visits', 'messages', 'prescriptions', 'results', 'members', 'share']),
      definition: z.string(),
    }),
  ),
  async read({ years, metrics = METRIC_IDS }, source) {
    const { client, timeZone, grace_ms, clock } = source
    const asked = years === undefined ? await readCountedYears(source) : parseYears(years)
    return annualReport({ client, timeZone, grace_ms, clock, years: asked, metrics: findMetrics(metrics) })
  },
  renderCsv: (rows) => renderAnnual(rows, 'csv'),
})

async function readCountedYears({ client }: Source): Promise<number[]> {
  const [span] = await runQuery(client, countedSpan, {})
  if (span === undefined) return []
  const [first, last] = [yearOf(span.first_day), yearOf(span.last_day)]
  return parseYears(`${Math.max(first, last - YEARS_MAX + 1)}-${last}`)
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4))
}
