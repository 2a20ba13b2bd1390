import { type ClickHouseClient, ClickHouseLogLevel, createClient, type Logger } from '@clickhouse/client'

import type { ClickHouseConnection } from './connection.ts'

/**
 * How long an idle socket is kept. Must stay below the server's keep_alive_timeout (30 s by default, 3 s in old
 * versions), or a request can be sent into a socket that the server is just closing.
 */
const IDLE_SOCKET_MS = 2_500
const REQUEST_MS_MAX = 60_000
const OPEN_CONNECTIONS_MAX = 16

interface ClientLimits {
  request_timeout_ms?: number
  /** What one query may take of the server's memory; the server's own limit without it. */
  memory_bytes_max?: number
}

/**
 * A client with every choice made here. It has no retries: after a timeout or a lost connection nobody knows whether the
 * server did the work, so an insert has to be repeated with the identical block and token.
 *
 * Bodies are not compressed: blocks are columnar and dictionary-coded already, and the CPU is better spent on rows.
 */
export function openClickHouse(
  { url, username, password, database, tls, application = 'caretally' }: ClickHouseConnection,
  { request_timeout_ms = REQUEST_MS_MAX, memory_bytes_max }: ClientLimits = {},
): ClickHouseClient {
  return createClient({
    url,
    username,
    password,
    database,
    application,
    ...(tls && { tls: { ca_cert: Buffer.from(tls.ca) } }),
    request_timeout: request_timeout_ms,
    max_open_connections: OPEN_CONNECTIONS_MAX,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS, eagerly_destroy_stale_sockets: true },
    compression: { request: false, response: false },
    log: { level: ClickHouseLogLevel.OFF, LoggerClass: SilentLogger },
    clickhouse_settings: {
      // 64-bit integers as text: JSON.parse would round those above 2^53 without a word.
      output_format_json_quote_64bit_integers: 1,
      // The status of a response is sent once the whole query is done, so that it tells of every failure.
      wait_end_of_query: 1,
      ...(memory_bytes_max !== undefined && { max_memory_usage: String(memory_bytes_max) }),
    },
  })
}

/** Runs a request in `database` whatever the client's own one is, which may not exist yet. */
export function inDatabase(database: string): { http_headers: Record<string, string> } {
  return { http_headers: { 'X-ClickHouse-Database': database } }
}

/** The client's log lines quote queries and server texts, hence data, and some are written even at the level OFF. */
class SilentLogger implements Logger {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
