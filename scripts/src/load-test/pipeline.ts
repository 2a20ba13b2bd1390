import type { ClickHouseConnection } from '@caretally/clickhouse'

/** The place of a load test: its servers, and what every program has to know of them. */
export interface Pipeline {
  brokers: string[]
  topic: string
  group: string
  clickhouse: ClickHouseConnection
  timeZone: string
  /** By which the servers' processes are found; 0 when one has ended. */
  pids: { kafka: number; clickhouse: number }
  /** For logs. */
  directory: string
}
