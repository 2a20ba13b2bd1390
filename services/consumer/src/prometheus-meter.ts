import { REASONS } from '@caretally/events'
import type { Clock, Metrics } from '@caretally/runtime'

import { BackPressure } from './back-pressure.ts'
import type { BreakerLimits } from './breaker.ts'
import type { Health } from './health.ts'
import { type Meter, OPERATIONS } from './meter.ts'
import { REFUSED } from './range-rows.ts'

/** From an insert of a few rows to one that waits for a busy disk. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** From what is fetched at once to a day that was missed. */
const FRESHNESS_SECONDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400]

/** A meter whose readings Prometheus collects. Counts are of this process: a range that is replayed is counted again. */
export function createPrometheusMeter(metrics: Metrics, breaker: BreakerLimits, clock: Clock): Meter {
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
    buckets: REQUEST_SECONDS,
  })
  const commitSeconds = metrics.histogram({
    name: 'commit_seconds',
    help: 'Duration of an offset commit that Kafka has taken; each range has one, and each fetch one more',
    buckets: REQUEST_SECONDS,
  })
  const freshness = metrics.histogram({
    name: 'freshness_seconds',
    help: 'From the appending of the first record of a range to when the range can be seen in ClickHouse; a value for each range',
    buckets: FRESHNESS_SECONDS,
  })
  const backPressure = new BackPressure(clock)
  metrics.readCounter(
    {
      name: 'backpressure_seconds_total',
      help: 'Seconds in which all that was fetched waited for ClickHouse and nothing more was fetched, of all workers',
    },
    () => backPressure.total_ms / 1_000,
  )
  const lag = metrics.gauge({
    name: 'lag_offsets',
    help: 'Offsets that Kafka has and that are not committed, by partition; asked for every five seconds',
    labels: ['partition'],
    merge: 'max', // for some seconds after a rebalance two workers tell it
  })
  const assigned = metrics.gauge({ name: 'assigned_partitions', help: 'Partitions that are worked on here' })
  const joins = metrics.counter({ name: 'group_joins_total', help: 'How often the group was joined: once a rebalance' })
  const deadLetterShare = metrics.gauge({
    name: 'breaker_dead_letters_ratio',
    help: 'Dead letters among the offsets that the breaker looks back upon, by partition; it opens above its limit',
    labels: ['partition'],
    merge: 'max',
  })
  metrics
    .gauge({
      name: 'breaker_limit_ratio',
      help: 'The share of dead letters above which the breaker opens',
      merge: 'max',
    })
    .set(breaker.share_max)
  const isOpen = metrics.gauge({
    name: 'breaker_open',
    help: '1 once the breaker is open, until the consumer has ended, which it does at once',
    merge: 'max',
  })
  metrics.gauge({ name: 'workers', help: 'Members of the group that run here' }).set(1)
  metrics
    .gauge({
      name: 'start_timestamp_seconds',
      help: 'When it was started, in seconds since the Unix epoch',
      merge: 'max',
    })
    .set(clock.now() / 1_000)
  const progress = metrics.gauge({
    name: 'last_progress_timestamp_seconds',
    help: 'When a range was last written, in seconds since the Unix epoch; 0 before the first',
    merge: 'max',
  })
  // A counter that appears with its first value has no increase that an alert could see.
  for (const outcome of ['accepted', 'duplicate', 'dead_letter']) offsets.inc({ outcome }, 0)
  for (const reason of [...Object.keys(REASONS), REFUSED]) deadLetters.inc({ reason }, 0)
  for (const operation of OPERATIONS) retries.inc({ operation }, 0)

  return {
    joined(partitions) {
      joins.inc()
      assigned.set(partitions.length)
      deadLetterShare.reset() // others tell it from now on
    },
    lags(offsets) {
      lag.reset()
      for (const [partition, count] of offsets) lag.set({ partition }, count)
    },
    committed: (duration_ms) => commitSeconds.observe(duration_ms / 1_000),
    working: () => backPressure.working(),
    waiting: () => backPressure.waiting(),
    inserted: (table, duration_ms) => insertSeconds.observe({ table }, duration_ms / 1_000),
    retried: (operation) => retries.inc({ operation }),
    wrote({ accepted, duplicates, dead_letters, reasons }, appended_ms) {
      offsets.inc({ outcome: 'accepted' }, accepted)
      offsets.inc({ outcome: 'duplicate' }, duplicates)
      offsets.inc({ outcome: 'dead_letter' }, dead_letters)
      for (const [reason, count] of reasons) deadLetters.inc({ reason }, count)
      ranges.inc()
      progress.set(clock.now() / 1_000)
      freshness.observe(Math.max(0, clock.now() - appended_ms) / 1_000)
    },
    deadLetterShare: (partition, share) => deadLetterShare.set({ partition }, share),
    broke: () => isOpen.set(1),
  }
}

/** Tells when Kafka was last heard of; of several workers, by the one that has waited longest. */
export function measureSilence(metrics: Metrics, health: Health): void {
  metrics.readGauge(
    {
      name: 'kafka_heard_timestamp_seconds',
      help: 'When Kafka last answered a fetch or a heartbeat, in seconds since the Unix epoch',
      merge: 'min',
    },
    () => health.heard_ms / 1_000,
  )
}
