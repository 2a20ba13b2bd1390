import { clickhouseEnvironment, connectionFrom } from '@caretally/clickhouse'
import { kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import { createLogger, type Environment, metricsEnvironment, readConfig } from '@caretally/runtime'
import { z } from 'zod'

import { BREAKER_LIMITS } from './breaker.ts'
import { WINDOW_OFFSETS_MAX } from './duplicate-window.ts'
import { RANGE_LIMITS } from './range.ts'
import type { ConsumerOptions } from './run-consumer.ts'

const count = (minimum: number, maximum: number) => z.coerce.number('must be a number').int().min(minimum).max(maximum)

/** A little less of our events than a range may have, so that a fetch is one: the larger, the less an event costs the server. */
const FETCH_PARTITION_BYTES_MAX = 11 * 1024 * 1024

/** The environment variables of the consumer. */
export const consumerEnvironment = z.object({
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...metricsEnvironment,
  KAFKA_GROUP: z.string().default('caretally.consumer'),
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  RANGE_OFFSETS_MAX: count(1, RANGE_LIMITS.offsets_max).default(RANGE_LIMITS.offsets_max),
  RANGE_BYTES_MAX: count(1, RANGE_LIMITS.bytes_max).default(RANGE_LIMITS.bytes_max),
  DUPLICATE_WINDOW_OFFSETS: count(1, WINDOW_OFFSETS_MAX).default(1_000_000),
  BREAKER_OFFSETS: count(1, 1_000_000).default(BREAKER_LIMITS.offsets),
  BREAKER_SHARE_MAX: z.coerce.number('must be a number').min(0).max(1).default(BREAKER_LIMITS.share_max),
  SESSION_TIMEOUT_MS: count(6_000, 300_000).default(30_000),
  FETCH_WAIT_MS: count(1, 10_000).default(1_000),
  FETCH_BYTES_MIN: count(1, 16 * 1024 * 1024).default(256 * 1024),
  FETCH_PARTITION_BYTES_MAX: count(1024 * 1024, 64 * 1024 * 1024).default(FETCH_PARTITION_BYTES_MAX),
  PARTITIONS_CONCURRENT: count(1, 16).default(2),
})

interface ConsumerConfig {
  consumer: ConsumerOptions
  /** Where metrics and health are served; nowhere without it. */
  metrics: { port: number; host: string } | undefined
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
    metrics: env.METRICS_PORT === undefined ? undefined : { port: env.METRICS_PORT, host: env.METRICS_HOST },
  }
}
