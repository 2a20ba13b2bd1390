import { z } from 'zod'

import { defineQuery } from './query.ts'
import { day, dayRange, exactInteger } from './values.ts'

export const DIMENSIONS = ['kind', 'channel', 'region', 'detail'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Any value, or one of those that are listed. */
const oneOf = z.array(z.string()).default([])

/**
 * What happened on each day, split by the chosen dimensions, and only of the chosen kinds, channels and regions; a dimension
 * that is not chosen is absent from the rows. Days and groups without events have no row. The people are not among it, since
 * their states are by far the most to read: `distinctMembers` has them.
 */
export const dailyEvents = defineQuery({
  name: 'daily events',
  parameters: dayRange.extend({
    by: z.array(z.enum(DIMENSIONS)),
    kinds: oneOf,
    channels: oneOf,
    regions: oneOf,
  }),
  row: z.object({
    day,
    kind: z.string().optional(),
    channel: z.string().optional(),
    region: z.string().optional(),
    detail: z.string().optional(),
    events: exactInteger,
    quantity: exactInteger,
  }),
  sql: ({ by }) => {
    const keys = ['day', ...DIMENSIONS.filter((dimension) => by.includes(dimension))].join(', ')
    return `
      SELECT ${keys},
        sum(daily_counts.events) AS events,
        sum(daily_counts.quantity) AS quantity
      FROM daily_counts
      WHERE day BETWEEN {from:Date} AND {to:Date}
        AND (empty({kinds:Array(String)}) OR has({kinds:Array(String)}, kind))
        AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
        AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
      GROUP BY ${keys}
      ORDER BY ${keys}`
  },
})
