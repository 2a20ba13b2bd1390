import type { IngestResult } from './ingest/ingest.ts'
import type { Machine } from './machine.ts'
import type { ProduceResult } from './produce/produce.ts'
import type { QueryResult } from './query/query.ts'

/** What `.caretally/bench.json` holds: the parts that were measured. */
export interface BenchResult {
  /** ISO 8601 */
  startedAt: string
  machine: Machine
  seed: number
  ingest?: IngestResult
  produce?: ProduceResult
  query?: QueryResult
}
