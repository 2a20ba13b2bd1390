import { defineQuery } from '@caretally/clickhouse'
import { z } from 'zod'

/** The annual figures that were published as final, each in its latest revision. */
export const finalSummaries = defineQuery({
  name: 'published annual figures',
  parameters: z.object({}),
  row: z.object({ year: z.int(), metric: z.string(), version: z.int(), value: z.number() }),
  sql: () => `
    SELECT year, metric, version, argMax(annual_summaries.value, revision) AS value
    FROM annual_summaries
    GROUP BY year, metric, version
    HAVING argMax(status, revision) = 'final'
    ORDER BY year, metric, version`,
})
