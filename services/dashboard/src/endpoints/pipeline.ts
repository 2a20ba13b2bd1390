import { z } from 'zod'

import { defineEndpoint } from '../endpoint.ts'
import { pipelineHealth, readPipeline } from '../pipeline.ts'

export const pipeline = defineEndpoint({
  path: '/api/pipeline',
  summary: 'How the pipeline is: what it has counted, how fast, how far behind, and what it refused.',
  parameters: z.strictObject({}),
  answer: pipelineHealth,
  read: (_, source) => readPipeline(source),
})
