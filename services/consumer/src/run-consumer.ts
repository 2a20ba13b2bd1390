import {
  checkConnection,
  checkInsertSettings,
  checkSchema,
  type ClickHouseConnection,
  openClickHouse,
} from '@caretally/clickhouse'
import { checkKafka, checkTopic, createKafka } from '@caretally/kafka'
import { type Logger, systemClock } from '@caretally/runtime'

import type { BreakerLimits } from './breaker.ts'
import { consume, type FetchOptions } from './consume.ts'
import { loadPartition } from './load-partition.ts'
import { Partitions } from './partitions.ts'
import type { RangeLimits } from './range.ts'
import { RangeWriter } from './range-writer.ts'
import { RowsPool } from './rows-pool.ts'
import { resolveBuild, type TestBuild } from './test-build.ts'

export interface ConsumerOptions {
  brokers: string[]
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
  logger: Logger
}

/**
 * Checks that everything is there and as it has to be, then consumes until `signal` is aborted.
 *
 * @throws {CaretallyError} when something is not as it has to be, within 10 s; or when the work cannot go on
 */
export async function runConsumer(options: ConsumerOptions, signal: AbortSignal, testBuild?: TestBuild): Promise<void> {
  const { brokers, topic, group, logger, limits } = options
  const connection = { ...options.clickhouse, application: CLIENT_ID }
  await Promise.all([checkKafka({ brokers, clientId: CLIENT_ID }), checkConnection(connection)])
  await using clickhouse = openClickHouse(connection)
  await checkSchema({ client: clickhouse, timeZone: options.timeZone })
  await checkInsertSettings(clickhouse)

  const kafka = createKafka({ brokers, clientId: CLIENT_ID, logger })
  const admin = kafka.admin()
  await admin.connect()
  try {
    await checkTopic(admin, topic)
    const patience = { clock: systemClock, logger, signal }
    const build = resolveBuild(testBuild)
    const { window_offsets, breaker } = options
    const source = { admin, clickhouse, group, topic, window_offsets, breaker, logger, build }
    const pipeline = {
      partitions: new Partitions((partition, before) => loadPartition(partition, before, source), patience),
      pool: new RowsPool(),
      writer: new RangeWriter(clickhouse, patience, build),
      limits,
      build,
    }
    logger.info({ topic, group, database: connection.database }, 'consumer started')
    await consume({ kafka, topic, group, pipeline, fetch: options.fetch, logger }, signal)
    logger.info({}, 'consumer stopped')
  } finally {
    await admin.disconnect()
  }
}

const CLIENT_ID = 'caretally-consumer'
