import { z } from 'zod'

import { defineQuery } from './query.ts'
import { day, dayRange, exactInteger } from './values.ts'

/** The same rows from the raw events and from the daily counts: while no insert is under way they are equal. */
const row = z.object({
  day,
  kind: z.string(),
  channel: z.string(),
  region: z.string(),
  events: exactInteger,
  quantity: exactInteger,
})

/** Counted anew from `events`; days are those of the reporting time zone, which the caller has to give. */
export const countsFromEvents = defineQuery({
  name: 'counts of raw events',
  parameters: dayRange.extend({ timeZone: z.string() }),
  row,
  sql: () => `
    SELECT toDate(time, {timeZone:String}) AS day, kind, channel, region,
      toInt64(count()) AS events,
      toInt64(sum(events.quantity)) AS quantity
    FROM events
    WHERE time >= toDateTime({from:Date}, 'UTC') - INTERVAL 1 DAY
      AND time < toDateTime({to:Date}, 'UTC') + INTERVAL 2 DAY
      AND day BETWEEN {from:Date} AND {to:Date}
    GROUP BY day, kind, channel, region
    ORDER BY day, kind, channel, region`,
})

/** As the view has counted. */
export const countsFromDaily = defineQuery({
  name: 'counts of days',
  parameters: dayRange,
  row,
  sql: () => `
    SELECT day, kind, channel, region,
      sum(daily_counts.events) AS events,
      sum(daily_counts.quantity) AS quantity
    FROM daily_counts
    WHERE day BETWEEN {from:Date} AND {to:Date}
    GROUP BY day, kind, channel, region
    HAVING events != 0 OR quantity != 0
    ORDER BY day, kind, channel, region`,
})
