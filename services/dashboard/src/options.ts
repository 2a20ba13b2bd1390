import { connectionFrom, databaseEnvironment, graceFrom } from '@caretally/clickhouse'
import { groupEnvironment, kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import {
  anyText,
  createLogger,
  type Environment,
  logEnvironment,
  metricsEnvironment,
  metricsPlaceFrom,
  needing,
  port,
  readConfig,
  secret,
  text,
} from '@caretally/runtime'
import { z } from 'zod'

import { isLoopback } from './loopback.ts'
import type { DashboardOptions } from './open-dashboard.ts'

const TOKEN_LENGTH_MIN = 32
const TOKEN = new RegExp(`^[\\x21-\\x7e]{${TOKEN_LENGTH_MIN},}$`)

/** The environment variables of the dashboard. */
export const dashboardEnvironment = z.object({
  ...databaseEnvironment,
  ...kafkaEnvironment,
  ...metricsEnvironment,
  KAFKA_BROKERS: kafkaEnvironment.KAFKA_BROKERS.optional().describe(
    'addresses of some of the brokers, whose offsets are shown; there is no lag without them',
  ),
  ...groupEnvironment,
  ...logEnvironment,
  DASHBOARD_HOST: needing(anyText('an address of this machine'), {
    when: { words: 'when others can reach it', is: (host) => !isLoopback(host) },
    variable: 'DASHBOARD_TOKEN',
    because: 'everybody could read the dashboard',
  })
    .default('127.0.0.1')
    .describe('at which address it is served'),
  DASHBOARD_LISTEN_HOST: anyText('an address of this machine')
    .optional()
    .describe(
      'at which address it listens instead: in a container, whose port is published at DASHBOARD_HOST; anywhere else who reaches it needs no token',
    ),
  DASHBOARD_PORT: port(0).default(8130).describe('at which port it is served; 0 for any free one'),
  DASHBOARD_TOKEN: secret(
    text(`of at least ${TOKEN_LENGTH_MIN} visible ASCII characters`, (token) => TOKEN.test(token)),
  )
    .optional()
    .describe('what everybody has to know who looks at it; nobody is asked without it'),
  ACCESS_RECORD_FILE: anyText('a file')
    .default('.caretally/access.jsonl')
    .describe('to which file each query is appended; it is made when it is not there'),
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
    listenHost: env.DASHBOARD_LISTEN_HOST,
    token: env.DASHBOARD_TOKEN,
    accessRecordFile: env.ACCESS_RECORD_FILE,
    metrics: metricsPlaceFrom(env),
    logger: createLogger({ name: 'caretally-dashboard', level: env.LOG_LEVEL }),
  }
}
