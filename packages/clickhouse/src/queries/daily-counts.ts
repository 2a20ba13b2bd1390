import { z } from 'zod'

import { defineQuery } from './query.ts'
import { day, dayRange, exactInteger } from './values.ts'

export const DIMENSIONS = ['kind', 'channel', 'region', 'detail'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/**
 * What happened on each day, split by the chosen dimensions; a dimension that is not chosen is absent from the rows.
 * `members` are the distinct ones of each row: they must not be added up. Days and groups without events have no row.
 */
export const dailyCounts = defineQuery({
  name: 'daily counts',
  parameters: dayRange.extend({ by: z.array(z.enum(DIMENSIONS)) }),
  row: z.object({
    day,
    kind: z.string().optional(),
    channel: z.string().optional(),
    region: z.string().optional(),
    detail: z.string().optional(),
    events: exactInteger,
    quantity: exactInteger,
    members: exactInteger,
  }),
  sql: ({ by }) => {
    const keys = ['day', ...DIMENSIONS.filter((dimension) => by.includes(dimension))].join(', ')
    return `
      SELECT ${keys},
        sum(daily_counts.events) AS events,
        sum(daily_counts.quantity) AS quantity,
        uniqCombined64Merge(14)(daily_counts.members) AS members
      FROM daily_counts
      WHERE day BETWEEN {from:Date} AND {to:Date}
      GROUP BY ${keys}
      ORDER BY ${keys}`
  },
})
