import { clickhouseEnvironment, connectionFrom } from '@caretally/clickhouse'
import { groupEnvironment, kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import {
  anyNumber,
  createLogger,
  type Environment,
  logEnvironment,
  metricsEnvironment,
  type MetricsPlace,
  metricsPlaceFrom,
  readConfig,
  reportingEnvironment,
  wholeNumber,
} from '@caretally/runtime'
import { z } from 'zod'

import { BREAKER_LIMITS } from './breaker.ts'
import { WINDOW_OFFSETS_MAX } from './duplicate-window.ts'
import { RANGE_LIMITS } from './range.ts'
import type { ConsumerOptions } from './run-consumer.ts'

/** A little less of our events than a range may have, so that a fetch is one: the larger, the less an event costs the server. */
const FETCH_PARTITION_BYTES_MAX = 11 * 1024 * 1024

/** The environment variables of the consumer. */
export const consumerEnvironment = z.object({
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...metricsEnvironment,
  ...groupEnvironment,
  ...reportingEnvironment,
  ...logEnvironment,
  RANGE_OFFSETS_MAX: wholeNumber(1, RANGE_LIMITS.offsets_max)
    .default(RANGE_LIMITS.offsets_max)
    .describe('how many offsets are written at once at most'),
  RANGE_BYTES_MAX: wholeNumber(1, RANGE_LIMITS.bytes_max)
    .default(RANGE_LIMITS.bytes_max)
    .describe('how many bytes of events are written at once at most'),
  DUPLICATE_WINDOW_OFFSETS: wholeNumber(1, WINDOW_OFFSETS_MAX)
    .default(1_000_000)
    .describe('within how many offsets of its partition a repeated event is found; change it after SIGTERM only'),
  BREAKER_OFFSETS: wholeNumber(1, 1_000_000)
    .default(BREAKER_LIMITS.offsets)
    .describe('over how many offsets the share of dead letters is judged'),
  BREAKER_SHARE_MAX: anyNumber(0, 1)
    .default(BREAKER_LIMITS.share_max)
    .describe('the consumer stops when a larger share of them are dead letters; 1 lets everything through'),
  SESSION_TIMEOUT_MS: wholeNumber(6_000, 300_000)
    .default(30_000)
    .describe('after how many milliseconds without a heartbeat the group gives its partitions to others'),
  FETCH_WAIT_MS: wholeNumber(1, 10_000)
    .default(1_000)
    .describe('how many milliseconds a broker waits for FETCH_BYTES_MIN'),
  FETCH_BYTES_MIN: wholeNumber(1, 16 * 1024 * 1024)
    .default(256 * 1024)
    .describe('how many bytes a broker gathers before it answers'),
  FETCH_PARTITION_BYTES_MAX: wholeNumber(1024 * 1024, 64 * 1024 * 1024)
    .default(FETCH_PARTITION_BYTES_MAX)
    .describe('how many bytes of a partition one fetch brings at most'),
  PARTITIONS_CONCURRENT: wholeNumber(1, 16).default(2).describe('how many partitions a worker writes at the same time'),
})

interface ConsumerConfig {
  consumer: ConsumerOptions
  /** Where metrics and health are served; nowhere without it. */
  metrics: MetricsPlace | undefined
}

/** @throws {CaretallyError} `config_invalid` */
export function readConsumerConfig(environment: Environment): ConsumerConfig {
  const env = readConfig(consumerEnvironment, environment)
  return {
    consumer: {
      ...kafkaConnectionFrom(env),
      topic: env.KAFKA_TOPIC,
      group: env.KAFKA_GROUP,
      clickhouse: connectionFrom(env),
      timeZone: env.REPORTING_TIME_ZONE,
      limits: { offsets_max: env.RANGE_OFFSETS_MAX, bytes_max: env.RANGE_BYTES_MAX },
      window_offsets: env.DUPLICATE_WINDOW_OFFSETS,
      breaker: { offsets: env.BREAKER_OFFSETS, share_max: env.BREAKER_SHARE_MAX },
      fetch: {
        session_timeout_ms: env.SESSION_TIMEOUT_MS,
        wait_ms: env.FETCH_WAIT_MS,
        bytes_min: env.FETCH_BYTES_MIN,
        partition_bytes_max: env.FETCH_PARTITION_BYTES_MAX,
        partitions_concurrent: env.PARTITIONS_CONCURRENT,
      },
      logger: createLogger({ name: 'caretally-consumer', level: env.LOG_LEVEL }),
    },
    metrics: metricsPlaceFrom(env),
  }
}
