import type { Metrics } from '@caretally/runtime'

/** Told of the records on their way to Kafka and of each send, as they go. */
export interface PublishMeter {
  /** So many bytes of records are not all acknowledged. */
  outstanding: (bytes: number) => void
  /** All in-sync replicas have the records of a send. */
  acknowledged(duration_ms: number): void
  /** A send was not acknowledged: the same records are sent again, or the publisher gives up. */
  failed(): void
}

/** From a broker near by to one that waits for a busy disk, and kafkajs's own repetitions inside a send. */
const SEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** What there is to tell of a run, besides its sends. */
interface Run {
  acknowledged: () => number
  /** Undefined where the run has no end. */
  planned?: (() => number) | undefined
}

/** A meter whose readings Prometheus collects. */
export function createPublishMeter(metrics: Metrics, { acknowledged, planned }: Run): PublishMeter {
  metrics.readCounter(
    { name: 'records_acknowledged_total', help: 'Records that all in-sync replicas have acknowledged' },
    acknowledged,
  )
  if (planned) metrics.readGauge({ name: 'planned_records', help: 'Records that a replay publishes in all' }, planned)
  const sendSeconds = metrics.histogram({
    name: 'send_seconds',
    help: 'Duration of a send that was acknowledged, with what kafkajs does inside it',
    buckets: SEND_SECONDS,
  })
  const failures = metrics.counter({
    name: 'send_failures_total',
    help: 'Sends that were not acknowledged; the same records are then sent again, for two minutes at most',
  })
  let outstanding_bytes = 0
  metrics.readGauge(
    { name: 'outstanding_bytes', help: 'Bytes taken in and not all acknowledged; of a replay they are compressed' },
    () => outstanding_bytes,
  )
  return {
    outstanding: (bytes) => void (outstanding_bytes = bytes),
    acknowledged: (duration_ms) => sendSeconds.observe(duration_ms / 1_000),
    failed: () => failures.inc(),
  }
}
