import type { OUTCOME_TABLES } from '@caretally/clickhouse'

import type { Check } from '../check.ts'
import type { Freshness } from './freshness.ts'

type Table = (typeof OUTCOME_TABLES)[number]

/** What a load test has found, as it stands in `.caretally/load-test.json`. Null is what could not be measured. */
export interface LoadTestResult {
  ok: boolean
  /** By how much the counts are wrong, all together. */
  difference: number
  options: {
    records: number
    rate_per_second: number | null
    duplicates_percent: number
    malformed_percent: number
    late_percent: number
    prefill: boolean
    workers: number | null
    seed: number
  }
  /** As the producers know them to be right; `checks` has what came out. */
  sent: number
  accepted: number
  duplicates: number
  dead_letters: number
  checks: Check[]
  seconds: {
    /** From the first acknowledgement to the last. */
    publish: number
    /** Until all is written: from the first acknowledgement, or from the start of the consumer when that was later. */
    write: number
  }
  /** Records a second. */
  throughput: {
    published: number | null
    /** From the first acknowledgement until all is written; null when everything was published before the consumer started. */
    end_to_end: number | null
    /** By the consumer alone, its start apart: from the first records that it had to the last that it wrote. */
    written: number | null
  }
  /** From acknowledgement to visible in `daily`; null with `prefill`. At most `resolution_ms` too long. */
  freshness: (Freshness & { resolution_ms: number }) | null
  /** Processor time for each record sent. The consumer's has its start in it, with `prefill`; ClickHouse's the looks at `daily`. */
  cpu_us: Record<Program, number | null>
  memory_mb: {
    peak: Record<Program, number | null>
    /** While the first million records were written, the second, and so on. */
    consumer_by_million: ({ mean: number; peak: number } | null)[]
  }
  inserts: Record<Table, number> & {
    total: number
    /** Of all tables, into the partition that had most. */
    per_second_of_busiest_partition: number
  }
}

export type Program = 'producers' | 'kafka' | 'consumer' | 'clickhouse'
