import {
  checkConnection,
  checkInsertSettings,
  checkSchema,
  type ClickHouseConnection,
  openClickHouse,
} from '@caretally/clickhouse'
import { checkKafka, checkTopic, createKafka, openConnections, type KafkaConnection } from '@caretally/kafka'
import { createMetrics, type Logger, serveMetrics, systemClock } from '@caretally/runtime'

import type { BreakerLimits } from './breaker.ts'
import { consume, type FetchOptions } from './consume.ts'
import { Health } from './health.ts'
import { loadPartition } from './load-partition.ts'
import { silentMeter } from './meter.ts'
import { Partitions } from './partitions.ts'
import { createPrometheusMeter } from './prometheus-meter.ts'
import type { RangeLimits } from './range.ts'
import { RangeWriter } from './range-writer.ts'
import { RowsPool } from './rows-pool.ts'
import { resolveBuild, type TestBuild } from './test-build.ts'

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
  /** Where metrics and health are served; nowhere without it. */
  metrics?: { port: number; host: string }
  logger: Logger
}

/**
 * Checks that everything is there and as it has to be, then consumes until `signal` is aborted.
 *
 * @throws {CaretallyError} when something is not as it has to be, within 10 s; or when the work cannot go on
 */
export async function runConsumer(options: ConsumerOptions, signal: AbortSignal, testBuild?: TestBuild): Promise<void> {
  const { brokers, security, topic, group, logger, limits } = options
  const client = { brokers, security, clientId: CLIENT_ID }
  const connection = { ...options.clickhouse, application: CLIENT_ID }
  await Promise.all([checkKafka(client), checkConnection(connection)])
  await using clickhouse = openClickHouse(connection)
  await checkSchema({ client: clickhouse, timeZone: options.timeZone })
  await checkInsertSettings(clickhouse)

  using connections = openConnections()
  const kafka = createKafka({ ...client, logger, socketFactory: connections.socketFactory })
  const admin = kafka.admin()
  await admin.connect()
  try {
    await checkTopic(admin, topic)
    const { metrics: place } = options
    const metrics = place && createMetrics('consumer')
    const meter = metrics ? createPrometheusMeter(metrics, systemClock) : silentMeter
    const patience = { clock: systemClock, logger, meter, signal }
    const build = resolveBuild(testBuild)
    const { window_offsets, breaker } = options
    const source = { admin, clickhouse, group, topic, window_offsets, breaker, logger, build }
    const partitions = new Partitions((partition, before) => loadPartition(partition, before, source), patience)
    const pipeline = {
      partitions,
      pool: new RowsPool(),
      writer: new RangeWriter(clickhouse, patience, build),
      limits,
      build,
    }
    const health = new Health(build.fence, partitions, systemClock)
    await using _ = metrics && (await serveMetrics(metrics, { ...place, health, logger, signal }))
    logger.info({ topic, group, database: connection.database }, 'consumer started')
    await consume({ kafka, topic, group, pipeline, fetch: options.fetch, health, meter, logger }, signal)
    logger.info({}, 'consumer stopped')
  } finally {
    await admin.disconnect()
  }
}

const CLIENT_ID = 'caretally-consumer'
