import { METRICS } from '@caretally/reporter'
import { z } from 'zod'

import { defineEndpoint } from '../endpoint.ts'

export const metrics = defineEndpoint({
  path: '/api/metrics',
  summary: 'The definition of each annual figure.',
  parameters: z.strictObject({}),
  answer: z.array(
    z.strictObject({
      metric: z.string(),
      version: z.int(),
      title: z.string(),
      unit: z.string(),
      counts: z.enum(['events', 'people']),
      definition: z.string(),
    }),
  ),
  read: () =>
    Promise.resolve(
      METRICS.map(({ id, version, title, unit, counts, definition }) => {
        return { metric: id, version, title, unit, counts, definition }
      }),
    ),
})
