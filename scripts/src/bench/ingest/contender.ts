import type { ClickHouseConnection } from '@caretally/clickhouse'

/** What a contender is given for one turn: a topic that is full, and tables that are empty. */
export interface Place {
  brokers: string[]
  topic: string
  /** Nobody has used it before. */
  group: string
  clickhouse: ClickHouseConnection
  timeZone: string
  logFile: string
}

/** A contender at work. When it is disposed of, it has left its group. */
export interface Running extends AsyncDisposable {
  /** Its process besides the server, if it has one. */
  pid?: number
  /** Rejects when it ends by itself; never resolves. */
  failed: Promise<never>
}

/** One way from Kafka into the tables. */
export interface Contender {
  name: 'caretally' | 'engine'
  /** Resolves when it has been started; it need not have read anything yet. */
  start(place: Place): Promise<Running>
}
