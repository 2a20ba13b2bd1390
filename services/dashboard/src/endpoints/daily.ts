import { DIMENSIONS } from '@caretally/clickhouse'
import { CHANNELS, KINDS, REGIONS } from '@caretally/events'
import { dailyReport, renderDaily } from '@caretally/reporter'
import { z } from 'zod'

import { defineEndpoint } from '../endpoint.ts'
import { dayParameter, formatParameter, listOf } from '../parameters.ts'

/** Absent unless the counts are by it; null where they are suppressed. */
const dimension = z.string().nullable().optional()

export const daily = defineEndpoint({
  path: '/api/daily',
  summary: 'Counts of each day from `from` to `to`, both included, of the chosen kinds, channels and regions.',
  parameters: z.strictObject({
    from: dayParameter,
    to: dayParameter,
    by: listOf(DIMENSIONS).default([]),
    kind: listOf(KINDS).optional(),
    channel: listOf(CHANNELS).optional(),
    region: listOf(REGIONS).optional(),
    format: formatParameter,
  }),
  answer: z.array(
    z.strictObject({
      day: z.iso.date(),
      kind: dimension,
      channel: dimension,
      region: dimension,
      detail: dimension,
      events: z.int().nullable().describe('Interactions'),
      quantity: z
        .int()
        .nullable()
        .describe('Prescriptions of a refill, results of a lab view, 1 for any other interaction'),
      suppressed: z
        .boolean()
        .optional()
        .describe(
          'Only by region: true, and the counts null, where they are of 1 to 10 people or would give such away',
        ),
      status: z.enum(['final', 'provisional']).describe('Whether events of the day may still arrive'),
    }),
  ),
  read: ({ from, to, by, kind = [], channel = [], region = [] }, { client, timeZone, grace_ms, clock }) =>
    dailyReport({ client, timeZone, grace_ms, clock, from, to, by, where: { kind, channel, region } }),
  renderCsv: (rows, { by }) => renderDaily(rows, by, 'csv'),
})
