import {
  checkConnection,
  checkSchema,
  type ClickHouseConnection,
  openClickHouse,
  watchConnection,
} from '@caretally/clickhouse'
import type { KafkaConnection } from '@caretally/kafka'
import {
  CaretallyError,
  type Clock,
  createMetrics,
  type Logger,
  type MetricsPlace,
  serveMetrics,
  settleAll,
  systemClock,
} from '@caretally/runtime'
import type { FastifyInstance } from 'fastify'

import { openAccessRecord } from './access-record.ts'
import { DashboardHealth } from './dashboard-health.ts'
import { ENDPOINTS } from './endpoints/index.ts'
import { createGuard } from './guard.ts'
import { openKafkaWatch } from './kafka-watch.ts'
import { measureLedger } from './ledger-gauges.ts'
import { isLoopback } from './loopback.ts'
import { readPageFiles } from './page-files.ts'
import { createRateMeter } from './rate-meter.ts'
import { createRequestMeter, silentRequestMeter } from './request-meter.ts'
import { createServer } from './server.ts'

export interface DashboardOptions {
  /** The user needs to read only. */
  clickhouse: ClickHouseConnection
  timeZone: string
  /** How long after the end of a day its last events may still arrive; 48 hours without it. */
  grace_ms?: number
  /** Whose offsets are shown; without it there is no lag. */
  kafka: (KafkaConnection & { topic: string; group: string }) | undefined
  host: string
  /** 0 for any free one. */
  port: number
  /** Where it listens, when that is not `host`: in a container, whose port is published there. */
  listenHost?: string | undefined
  /** Demanded of everybody when it is given, and needed for any `host` that others can reach. */
  token: string | undefined
  accessRecordFile: string
  /** Where metrics are served, without a token; nowhere without it. */
  metrics?: MetricsPlace | undefined
  logger: Logger
  clock?: Clock
}

export interface Dashboard extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string
}

/**
 * Serves the API and the page until it is disposed of, which lets the answers under way go out.
 *
 * @throws {CaretallyError} `dashboard_unguarded`, `dashboard_not_served`, `metrics_not_served`, `access_not_recorded`, `page_missing`, and those of
 *   `checkConnection` and `checkSchema`
 */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const {
    clickhouse,
    timeZone,
    grace_ms,
    kafka,
    host,
    port,
    listenHost = host,
    token,
    accessRecordFile,
    metrics: place,
    logger,
    clock = systemClock,
  } = options
  assertGuarded(host, token)
  const connection = { ...clickhouse, application: 'caretally-dashboard' }
  await checkConnection(connection)
  const pageFiles = await readPageFiles()
  const record = await openAccessRecord(accessRecordFile, token)
  const client = openClickHouse(connection)
  const watch = kafka && openKafkaWatch(kafka)
  const health = new DashboardHealth(watchConnection(connection, clock))
  const metrics = place && createMetrics('dashboard')
  if (metrics) measureLedger(metrics, client, clock)
  const app = createServer({
    endpoints: ENDPOINTS,
    source: { client, timeZone, grace_ms, clock, kafka: watch, measureRate: createRateMeter() },
    pageFiles,
    guard: createGuard(token),
    record,
    health,
    meter: metrics
      ? createRequestMeter(
          metrics,
          ENDPOINTS.map(({ path }) => path),
        )
      : silentRequestMeter,
    logger,
    loopbackOnly: isLoopback(host),
  })
  const stopping = new AbortController()
  let observed: AsyncDisposable | undefined
  const close = async () => {
    stopping.abort()
    health.stop()
    await app.close()
    await settleAll([
      client.close(),
      watch?.[Symbol.asyncDispose](),
      record[Symbol.asyncDispose](),
      observed?.[Symbol.asyncDispose](),
    ])
  }
  try {
    await checkSchema({ client, timeZone })
    const url = await listen(app, listenHost, port)
    if (metrics) observed = await serveMetrics({ metrics, health }, { ...place, logger, signal: stopping.signal })
    return { url, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function assertGuarded(host: string, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined) return
  throw new CaretallyError('dashboard_unguarded', `everybody who can reach ${host} could read the dashboard`, {
    hint: 'set DASHBOARD_TOKEN to a secret of at least 32 characters, or DASHBOARD_HOST to 127.0.0.1',
  })
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    throw new CaretallyError('dashboard_not_served', `the dashboard cannot be served at ${host}:${port}`, {
      hint: 'the port is taken or the address is not of this machine; set DASHBOARD_PORT or DASHBOARD_HOST to another',
      cause,
    })
  }
}
