import type { BenchResult } from './result.ts'

/** What the project wants of a figure, and whether the machine at hand reaches it. */
export interface Target {
  name: string
  actual: number
  wanted: string
  met: boolean
}

const INGEST_RATE_RATIO_MIN = 1.6
const INGEST_CPU_RATIO_MAX = 0.65
const WORKERS_RSS_MB_MAX = 1_000
const PRODUCE_RATE_RATIO_MIN = 0.7
const ANNUAL_REPORT_MS_MAX = 50
const PAGE_MS_MAX = 100

/** The targets of the parts that were measured. They inform: a bench that misses one has still measured. */
export function targetsOf({ ingest, produce, query }: BenchResult): Target[] {
  return [
    ...(ingest
      ? [
          atLeast('consumer, rate over the engine’s', ingest.rateRatio, INGEST_RATE_RATIO_MIN),
          atMost('consumer and server, CPU time over the engine’s', ingest.cpuRatio, INGEST_CPU_RATIO_MAX),
          atMost('all workers of the consumer, MB', ingest.peakRssMb, WORKERS_RSS_MB_MAX),
        ]
      : []),
    ...(produce ? [atLeast('producers, rate over the tool’s', produce.rateRatio, PRODUCE_RATE_RATIO_MIN)] : []),
    ...Object.entries(query ?? {}).flatMap(([size, { annual, page }]) => {
      const events = `${Number(size).toLocaleString('en-US')} events, ms`
      return [
        atMost(`annual report over ${events}`, annual.medianMs, ANNUAL_REPORT_MS_MAX),
        atMost(`slowest answer to the page over ${events}`, page.medianMs, PAGE_MS_MAX),
      ]
    }),
  ]
}

function atLeast(name: string, actual: number, min: number): Target {
  return { name, actual, wanted: `≥ ${min}`, met: actual >= min }
}

function atMost(name: string, actual: number, max: number): Target {
  return { name, actual, wanted: `≤ ${max}`, met: actual <= max }
}
