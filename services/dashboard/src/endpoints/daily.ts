import { DIMENSIONS } from '@caretally/clickhouse'
import { CHANNELS, KINDS, REGIONS } from '@caretally/events'
import { dailyReport, renderDaily } from '@caretally/reporter'
import { z } from 'zod'

import { defineEndpoint } from '../endpoint.ts'
import { dayParameter, formatParameter, listOf } from '../parameters.ts'

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
      kind: z.string().optional(),
      channel: z.string().optional(),
      region: z.string().optional(),
      detail: z.string().optional(),
      events: z.int().describe('Interactions'),
      quantity: z.int().describe('Prescriptions of a refill, results of a lab view, 1 for any other interaction'),
    }),
  ),
  read: ({ from, to, by, kind = [], channel = [], region = [] }, { client, timeZone, clock }) =>
    dailyReport({ client, timeZone, clock, from, to, by, where: { kind, channel, region } }),
  renderCsv: (rows, { by }) => renderDaily(rows, by, 'csv'),
})
