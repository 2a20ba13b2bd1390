import { type ClickHouseConnection, clickhouseEnvironment } from '@caretally/clickhouse'
import { kafkaEnvironment } from '@caretally/kafka'
import { fileVariable } from '@caretally/runtime'

import { type ChildProgram, startChild } from './child-program.ts'

interface ConsumerProcessOptions {
  brokers: readonly string[]
  topic: string
  group: string
  clickhouse: ClickHouseConnection
  timeZone: string
  logFile: string
  args?: readonly string[]
}

/** The consumer as a process of its own; its log goes to `logFile`, at the level at which it tells when its work begins. */
export async function startConsumer(options: ConsumerProcessOptions): Promise<ChildProgram> {
  const { args = [], logFile } = options
  return startChild({
    name: 'consumer',
    program: 'services/consumer/dist/main.js',
    args,
    env: { ...environmentOf(options), LOG_LEVEL: 'info' },
    logFile,
  })
}

/** An empty variable counts as absent. */
const NOTHING_ELSE = Object.fromEntries(
  Object.keys({ ...kafkaEnvironment, ...clickhouseEnvironment }).flatMap((name) => [
    [name, ''],
    [fileVariable(name), ''],
  ]),
)

/** What every program knows the servers, the group and the time zone by, whatever the shell says of other servers. */
export function environmentOf(options: Omit<ConsumerProcessOptions, 'logFile' | 'args'>): Record<string, string> {
  const { brokers, topic, group, clickhouse, timeZone } = options
  return {
    ...NOTHING_ELSE,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: group,
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_USER: clickhouse.username,
    CLICKHOUSE_PASSWORD: clickhouse.password,
    CLICKHOUSE_DATABASE: clickhouse.database,
    REPORTING_TIME_ZONE: timeZone,
  }
}
