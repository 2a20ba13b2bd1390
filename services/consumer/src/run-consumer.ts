import {
  checkConnection,
  checkInsertSettings,
  checkSchema,
  type ClickHouseConnection,
  openClickHouse,
  watchConnection,
} from '@caretally/clickhouse'
import { checkKafka, checkTopic, createKafka, openConnections, type KafkaConnection } from '@caretally/kafka'
import { createMetrics, type HealthCheck, type Logger, type Metrics, systemClock } from '@caretally/runtime'

import type { BreakerLimits } from './breaker.ts'
import { consume, type FetchOptions } from './consume.ts'
import { Health } from './health.ts'
import { keepTrying } from './keep-trying.ts'
import { watchLag } from './lag-watch.ts'
import { loadPartition, verifyPartitions } from './load-partition.ts'
import { silentMeter } from './meter.ts'
import { Partitions } from './partitions.ts'
import { createPrometheusMeter, measureSilence } from './prometheus-meter.ts'
import type { RangeLimits } from './range.ts'
import { RangeWriter } from './range-writer.ts'
import { RowsPool } from './rows-pool.ts'
import { resolveBuild, type TestBuild } from './test-build.ts'
import { Troubles } from './troubles.ts'
import { Watermarks } from './watermarks.ts'

export interface ConsumerOptions extends KafkaConnection {
  topic: string
  /** The consumer group; one group belongs to one database. */
  group: string
  clickhouse: ClickHouseConnection
  /** The reporting time zone, which has to be the schema's. */
  timeZone: string
  limits: RangeLimits
  /** How many offsets back a duplicate is looked for. */
  window_offsets: number
  breaker: BreakerLimits
  fetch: FetchOptions
  /** Shows what goes on to whoever wants to know, until what it returns is disposed of. Without it nothing is measured. */
  observe?: (observed: { metrics: Metrics; health: HealthCheck }) => Promise<AsyncDisposable | Disposable>
  logger: Logger
}

type Surroundings = Pick<ConsumerOptions, 'brokers' | 'security' | 'topic' | 'clickhouse' | 'timeZone' | 'logger'>

/**
 * Resolves when everything is there and as it has to be.
 *
 * @throws {CaretallyError} otherwise, within 10 s
 */
export async function checkSurroundings({ clickhouse, timeZone, topic, ...others }: Surroundings): Promise<void> {
  const client = { ...others, clientId: CLIENT_ID }
  const connection = { ...clickhouse, application: CLIENT_ID }
  await Promise.all([checkKafka(client), checkConnection(connection)])
  await using database = openClickHouse(connection)
  await checkSchema({ client: database, timeZone })
  await checkInsertSettings(database)
  const admin = createKafka(client).admin()
  await admin.connect()
  try {
    await checkTopic(admin, topic)
  } finally {
    await admin.disconnect()
  }
}

/**
 * Checks that everything is there and as it has to be, then consumes until `signal` is aborted.
 *
 * @throws {CaretallyError} when something is not as it has to be, within 10 s; or when the work cannot go on
 */
export async function runConsumer(options: ConsumerOptions, signal: AbortSignal, testBuild?: TestBuild): Promise<void> {
  await checkSurroundings(options)
  const { brokers, security, topic, group, logger, limits, observe } = options
  const connection = { ...options.clickhouse, application: CLIENT_ID }
  await using clickhouse = openClickHouse(connection)
  using connections = openConnections()
  const { socketFactory } = connections
  const kafka = createKafka({ brokers, security, clientId: CLIENT_ID, logger, socketFactory })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const metrics = observe && createMetrics('consumer')
    const meter = metrics ? createPrometheusMeter(metrics, options.breaker, systemClock) : silentMeter
    const troubles = new Troubles()
    const patience = { clock: systemClock, logger, meter, troubles, signal }
    const build = resolveBuild(testBuild)
    const { window_offsets, breaker } = options
    const source = { admin, clickhouse, group, topic, window_offsets, breaker, logger, build }
    const partitions = new Partitions((partition, before) => loadPartition(partition, before, source), patience)
    const watermarks = new Watermarks({ admin, clickhouse, group, topic, clock: systemClock, logger })
    const pipeline = {
      partitions,
      pool: new RowsPool(build.contract),
      writer: new RangeWriter(clickhouse, options.timeZone, patience, build),
      limits,
      watermarks,
      meter,
      build,
    }
    const health = new Health({
      group: build.fence,
      owned: partitions,
      troubles,
      whyWithoutClickHouse: watchConnection(connection, systemClock),
      clock: systemClock,
    })
    if (metrics) measureSilence(metrics, health)
    await using _ = metrics && (await observe({ metrics, health }))
    logger.info({ topic, group, database: connection.database }, 'consumer started')
    const over = new AbortController()
    const owned = () => build.fence.partitions
    const watched = { admin, group, topic, owned, meter, clock: systemClock, logger }
    const kept = [watermarks.keep(over.signal), ...(metrics ? [watchLag(watched, over.signal)] : [])]
    try {
      const verify = (assigned: readonly number[], check: () => void) =>
        keepTrying(() => verifyPartitions(assigned, source), { check }, patience, {
          operation: 'load_partition',
        })
      await consume({ kafka, topic, group, verify, pipeline, fetch: options.fetch, health, meter, logger }, signal)
    } finally {
      over.abort()
      await Promise.all(kept)
    }
    logger.info({}, 'consumer stopped')
  } finally {
    await admin.disconnect()
  }
}

const CLIENT_ID = 'caretally-consumer'
