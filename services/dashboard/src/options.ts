import { connectionFrom, databaseEnvironment, graceFrom } from '@caretally/clickhouse'
import { kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import { createLogger, type Environment, readConfig } from '@caretally/runtime'
import { z } from 'zod'

import type { DashboardOptions } from './open-dashboard.ts'

const TOKEN_LENGTH_MIN = 32

/** The environment variables of the dashboard. */
export const dashboardEnvironment = z.object({
  ...databaseEnvironment,
  ...kafkaEnvironment,
  KAFKA_BROKERS: kafkaEnvironment.KAFKA_BROKERS.optional(),
  KAFKA_GROUP: z.string().default('caretally.consumer'),
  DASHBOARD_HOST: z.string().default('127.0.0.1'),
  DASHBOARD_PORT: z.coerce
    .number('must be a port')
    .int('must be a port')
    .min(0, 'must be a port')
    .max(65_535, 'must be a port')
    .default(8130),
  DASHBOARD_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be of visible ASCII characters')
    .min(TOKEN_LENGTH_MIN, `must have at least ${TOKEN_LENGTH_MIN} characters`)
    .optional(),
  ACCESS_RECORD_FILE: z.string().default('.caretally/access.jsonl'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

/** @throws {CaretallyError} `config_invalid` */
export function readDashboardConfig(environment: Environment): DashboardOptions {
  const { KAFKA_BROKERS, ...env } = readConfig(dashboardEnvironment, environment)
  return {
    clickhouse: connectionFrom(env),
    timeZone: env.REPORTING_TIME_ZONE,
    grace_ms: graceFrom(env),
    kafka:
      KAFKA_BROKERS === undefined
        ? undefined
        : { ...kafkaConnectionFrom({ ...env, KAFKA_BROKERS }), topic: env.KAFKA_TOPIC, group: env.KAFKA_GROUP },
    host: env.DASHBOARD_HOST,
    port: env.DASHBOARD_PORT,
    token: env.DASHBOARD_TOKEN,
    accessRecordFile: env.ACCESS_RECORD_FILE,
    logger: createLogger({ name: 'caretally-dashboard', level: env.LOG_LEVEL }),
  }
}
