import type { Endpoint } from '../endpoint.ts'
import { annual } from './annual.ts'
import { daily } from './daily.ts'
import { metrics } from './metrics.ts'
import { pipeline } from './pipeline.ts'

/** All that the API answers, besides its own description. */
export const ENDPOINTS: readonly Endpoint[] = [daily, annual, metrics, pipeline]
