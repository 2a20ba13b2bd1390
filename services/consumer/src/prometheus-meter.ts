import { REASONS } from '@caretally/events'
import type { Clock, Metrics } from '@caretally/runtime'

import type { Meter } from './meter.ts'
import { REFUSED } from './range-rows.ts'

/** From an insert of a few rows to one that waits for a busy disk. */
const INSERT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** A meter whose readings Prometheus collects. Counts are of this process: a range that is replayed is counted again. */
export function createPrometheusMeter(metrics: Metrics, clock: Clock): Meter {
  const offsets = metrics.counter({
    name: 'offsets_total',
    help: 'Offsets written, by outcome: accepted, duplicate or dead_letter',
    labels: ['outcome'],
  })
  const deadLetters = metrics.counter({
    name: 'dead_letters_total',
    help: 'Offsets written as dead letters, by reason',
    labels: ['reason'],
  })
  const ranges = metrics.counter({ name: 'ranges_total', help: 'Ranges written in full' })
  const retries = metrics.counter({
    name: 'retries_total',
    help: 'Failed attempts that were repeated, by operation',
    labels: ['operation'],
  })
  const insertSeconds = metrics.histogram({
    name: 'insert_seconds',
    help: 'Duration of a successful attempt to insert a block, by table',
    labels: ['table'],
    buckets: INSERT_SECONDS,
  })
  const lag = metrics.gauge({
    name: 'lag_offsets',
    help: 'Offsets that Kafka had at the last fetch and that were not committed at the last commit, by partition',
    labels: ['partition'],
  })
  const progress = metrics.gauge({
    name: 'last_progress_timestamp_seconds',
    help: 'When a range was last written, in seconds since the Unix epoch; 0 before the first',
    merge: 'max',
  })
  // A counter that appears with its first value has no increase that an alert could see.
  for (const outcome of ['accepted', 'duplicate', 'dead_letter']) offsets.inc({ outcome }, 0)
  for (const reason of [...Object.keys(REASONS), REFUSED]) deadLetters.inc({ reason }, 0)

  return {
    joined: () => lag.reset(),
    committed: (partition, next, end) => lag.set({ partition }, end - next),
    inserted: (table, duration_ms) => insertSeconds.observe({ table }, duration_ms / 1_000),
    retried: (operation) => retries.inc({ operation }),
    wrote: ({ accepted, duplicates, dead_letters, reasons }) => {
      offsets.inc({ outcome: 'accepted' }, accepted)
      offsets.inc({ outcome: 'duplicate' }, duplicates)
      offsets.inc({ outcome: 'dead_letter' }, dead_letters)
      for (const [reason, count] of reasons) deadLetters.inc({ reason }, count)
      ranges.inc()
      progress.set(clock.now() / 1_000)
    },
  }
}
