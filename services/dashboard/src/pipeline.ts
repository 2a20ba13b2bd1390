import {
  type ClickHouseClient,
  countedSpan,
  deadLettersByReason,
  lastReconciliation,
  lastWritten,
  outcomeCounts,
  type Reconciliation,
  runQuery,
} from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'
import { z } from 'zod'

import type { KafkaPosition, KafkaWatch } from './kafka-watch.ts'
import type { RateMeter } from './rate-meter.ts'

const count = z.int().min(0)

/** How the pipeline is. The field names are those of the API. */
export const pipelineHealth = z.strictObject({
  counted: z
    .strictObject({ first_day: z.iso.date(), last_day: z.iso.date(), events: count })
    .nullable()
    .describe('The days that have events; null before the first one'),
  outcomes: z.strictObject({ accepted: count, duplicates: count, dead_letters: count }),
  last_written_at: z.iso
    .datetime()
    .nullable()
    .describe('When the latest settled offset was written; null unless Kafka tells which one it is'),
  offsets_per_second: z
    .number()
    .nullable()
    .describe('Offsets settled per second during the last minute in which this was asked; null when asked too seldom'),
  kafka: z
    .enum(['answers', 'silent', 'unknown'])
    .describe('Whether Kafka tells the offsets; unknown when it was not configured'),
  lag: count.nullable().describe('Records that wait to be settled; null unless Kafka answers'),
  partitions: z.array(
    z.strictObject({
      partition: count,
      committed: count.nullable().describe('Every offset below it is settled'),
      end: count.describe('The offset that the next record will get'),
      lag: count,
    }),
  ),
  dead_letters: z.array(
    z.strictObject({
      reason: z.string(),
      open: count,
      replayed: count,
      discarded: count,
      last_appended_at: z.iso.datetime(),
    }),
  ),
  last_reconciliation: z
    .strictObject({ finished_at: z.iso.datetime(), verdict: z.enum(['holds', 'drift', 'undecided']), drifts: count })
    .nullable()
    .describe('What came of the last `npm run reconcile`; null before the first one'),
})
export type PipelineHealth = z.infer<typeof pipelineHealth>

export interface PipelineSource {
  client: ClickHouseClient
  clock: Pick<Clock, 'now'>
  /** Nothing is said of lag without it. */
  kafka: KafkaWatch | undefined
  measureRate: RateMeter
}

/** @throws {CaretallyError} when ClickHouse fails */
export async function readPipeline({ client, clock, kafka, measureRate }: PipelineSource): Promise<PipelineHealth> {
  const [[counted = null], [outcomes], deadLetters, [reconciliation], positions] = await Promise.all([
    runQuery(client, countedSpan, {}),
    runQuery(client, outcomeCounts, {}),
    runQuery(client, deadLettersByReason, {}),
    runQuery(client, lastReconciliation, {}),
    kafka?.read(),
  ])
  const { accepted, duplicates, dead_letters } = outcomes!
  return {
    counted,
    outcomes: { accepted, duplicates, dead_letters },
    last_written_at: await readLastWritten(client, positions ?? []),
    offsets_per_second: measureRate(clock.now(), accepted + duplicates + dead_letters),
    kafka: kafka === undefined ? 'unknown' : positions === undefined ? 'silent' : 'answers',
    lag: positions === undefined ? null : positions.reduce((sum, { lag }) => sum + lag, 0),
    partitions: positions ?? [],
    dead_letters: deadLetters,
    last_reconciliation: reconciliation === undefined ? null : tellReconciliation(reconciliation),
  }
}

function tellReconciliation({ finished_at_ms, verdict, drifts }: Reconciliation) {
  return { finished_at: new Date(finished_at_ms).toISOString(), verdict, drifts }
}

/** An offset is committed after it is written, so the last one below the committed one is there. */
async function readLastWritten(client: ClickHouseClient, positions: readonly KafkaPosition[]): Promise<string | null> {
  const settled = positions.filter(({ committed }) => committed !== null && committed > 0)
  if (settled.length === 0) return null
  const [last] = await runQuery(client, lastWritten, {
    partitions: settled.map(({ partition }) => partition),
    offsets: settled.map(({ committed }) => committed! - 1),
  })
  return last?.written_at ?? null
}
