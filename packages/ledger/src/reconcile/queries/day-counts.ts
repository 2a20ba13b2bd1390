import { day, defineQuery, exactInteger, IN_RANGE, offsetRange } from '@caretally/clickhouse'
import { z } from 'zod'

import { ERASED_EVENTS } from './erased.ts'

/**
 * The hash of a row's combination. Functions of one LowCardinality column are evaluated once for each of its values, so
 * this costs a few multiplications a row, where grouping by the four columns would cost three times the whole scan.
 */
const COMBINATION =
  'intHash64(cityHash64(kind) * 3 + cityHash64(channel) * 5 + cityHash64(region) * 7 + cityHash64(detail) * 11)'

/** How much an event weighs in a fingerprint against a unit of quantity; more than any quantity. */
const EVENT_WEIGHT = 1_000_003

/**
 * What is counted of a day. `fingerprint` is the sum, modulo 2^64, of the hash of each event's combination of kind,
 * channel, region and detail, weighted with its quantity: days with equal counts but other combinations differ in it. It
 * can be added up like the counts.
 */
const dayRow = z.object({
  day,
  events: exactInteger,
  quantity: exactInteger,
  fingerprint: z.string().transform(BigInt),
})

/** Counted from the raw events of a range of offsets, in days of the reporting time zone; the erased ones have rows of their own. */
export const rawDays = defineQuery({
  name: 'the days of raw events',
  parameters: offsetRange.extend({ timeZone: z.string() }),
  row: dayRow,
  sql: () => `
    SELECT toDate(time, {timeZone:String}) AS day,
      toInt64(count()) AS events,
      toInt64(sum(events.quantity)) AS quantity,
      toString(sum(${COMBINATION} * (${EVENT_WEIGHT} + events.quantity))) AS fingerprint
    FROM events
    WHERE ${IN_RANGE}
    GROUP BY day
    UNION ALL
    SELECT day,
      toInt64(count()) AS events,
      toInt64(sum(erased.quantity)) AS quantity,
      toString(sum(${COMBINATION} * (${EVENT_WEIGHT} + erased.quantity))) AS fingerprint
    FROM ${ERASED_EVENTS} AS erased
    GROUP BY day`,
})

/** As the view has counted them and repairs have corrected them. */
export const countedDays = defineQuery({
  name: 'the counted days',
  parameters: z.object({}),
  row: dayRow,
  sql: () => `
    SELECT day,
      sum(daily_counts.events) AS events,
      sum(daily_counts.quantity) AS quantity,
      toString(sum(${COMBINATION} * toUInt64(${EVENT_WEIGHT} * daily_counts.events + daily_counts.quantity)))
        AS fingerprint
    FROM daily_counts
    GROUP BY day`,
})

const chosenDays = z.object({ days: z.array(day).min(1) })

/** The bounds on `time` spare the months around. A calendar day begins within a day of its midnight in UTC. */
const ON_CHOSEN_DAYS = `
  time >= toDateTime64(arrayMin({days:Array(Date)}), 3, 'UTC') - INTERVAL 1 DAY
  AND time < toDateTime64(arrayMax({days:Array(Date)}), 3, 'UTC') + INTERVAL 2 DAY
  AND day IN {days:Array(Date)}`

const combinationRow = z.object({
  day,
  kind: z.string(),
  channel: z.string(),
  region: z.string(),
  detail: z.string(),
  events: exactInteger,
  quantity: exactInteger,
})

/** Some days in full, counted from the raw events of a range of offsets; the erased ones have rows of their own. */
export const rawCombinations = defineQuery({
  name: 'raw events by combination',
  parameters: offsetRange.extend(chosenDays.shape).extend({ timeZone: z.string() }),
  row: combinationRow,
  sql: () => `
    SELECT toDate(time, {timeZone:String}) AS day, kind, channel, region, detail,
      toInt64(count()) AS events,
      toInt64(sum(events.quantity)) AS quantity
    FROM events
    WHERE ${IN_RANGE} AND ${ON_CHOSEN_DAYS}
    GROUP BY day, kind, channel, region, detail
    UNION ALL
    SELECT day, kind, channel, region, detail,
      toInt64(count()) AS events,
      toInt64(sum(erased.quantity)) AS quantity
    FROM ${ERASED_EVENTS} AS erased
    WHERE day IN {days:Array(Date)}
    GROUP BY day, kind, channel, region, detail`,
})

/** Some days in full, as they are counted. */
export const countedCombinations = defineQuery({
  name: 'daily counts by combination',
  parameters: chosenDays,
  row: combinationRow,
  sql: () => `
    SELECT day, kind, channel, region, detail,
      sum(daily_counts.events) AS events,
      sum(daily_counts.quantity) AS quantity
    FROM daily_counts
    WHERE day IN {days:Array(Date)}
    GROUP BY day, kind, channel, region, detail`,
})
