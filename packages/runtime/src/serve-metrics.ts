import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'

import { CaretallyError } from './errors.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import { anyText, port } from './variables.ts'

/** The environment variables of every program that can be watched, to be spread into its own schema. */
export const metricsEnvironment = {
  METRICS_PORT: port().optional().describe('where /metrics, /livez and /readyz are served; nowhere without it'),
  METRICS_HOST: anyText('an address of this machine')
    .default('127.0.0.1')
    .describe('at which address they are served; 0.0.0.0 for others to reach them'),
}

/** What {@link metricsEnvironment} reads. */
interface MetricsConfig {
  METRICS_PORT?: number | undefined
  METRICS_HOST: string
}

/** Where metrics and health are served. */
export interface MetricsPlace {
  port: number
  host: string
}

/** Undefined where they are not to be served. */
export function metricsPlaceFrom({ METRICS_PORT, METRICS_HOST }: MetricsConfig): MetricsPlace | undefined {
  return METRICS_PORT === undefined ? undefined : { port: METRICS_PORT, host: METRICS_HOST }
}

/** What a program knows of its own state. */
export interface HealthCheck {
  /** Why the program should get no work now, or undefined when it should. */
  whyNotReady: () => string | undefined | Promise<string | undefined>
  /** Why the program has to be started again, or undefined when it is well. */
  whyNotAlive: () => string | undefined | Promise<string | undefined>
}

/** What a program shows of itself while it runs. */
export interface Observed {
  metrics: Pick<Metrics, 'render' | 'contentType'>
  health: HealthCheck
}

interface ServeOptions {
  port: number
  /** Only this machine by default: what is served is harmless, but nobody is asked who he is. */
  host?: string
  logger: Logger
  /** Once it is aborted, the program is not ready any more. */
  signal: AbortSignal
}

const REQUEST_MS_MAX = 10_000

/**
 * Serves `/metrics` for Prometheus, `/livez` and `/readyz` for whoever starts and stops the program, until disposed of. The
 * latter two answer 200, or 503 and a line that says why.
 *
 * @throws {CaretallyError} `metrics_not_served`
 */
export async function serveMetrics({ metrics, health }: Observed, options: ServeOptions): Promise<AsyncDisposable> {
  const { port, host = '127.0.0.1', logger, signal } = options
  const server = createServer(
    { requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX },
    answerWith({
      '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.render() }),
      '/livez': async () => plain(healthAnswer(await health.whyNotAlive())),
      '/readyz': async () => plain(healthAnswer(signal.aborted ? 'stopping' : await health.whyNotReady())),
    }),
  )
  await listen(server, port, host)
  logger.info({ address: `${host}:${port}` }, 'metrics are served')
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Answer {
  status: number
  type: string
  body: string
}

const PLAIN = 'text/plain; charset=utf-8'

function plain({ status, body }: Omit<Answer, 'type'>): Answer {
  return { status, type: PLAIN, body }
}

/** How a question for the health is answered by HTTP: 200, or 503 and a line that says why. */
export function healthAnswer(problem: string | undefined): { status: number; body: string } {
  return { status: problem === undefined ? 200 : 503, body: `${problem ?? 'ok'}\n` }
}

function answerWith(routes: Record<string, () => Answer | Promise<Answer>>): RequestListener {
  const answer = async (path: string): Promise<Answer> => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (!route) return { status: 404, type: PLAIN, body: `there are ${Object.keys(routes).join(', ')}\n` }
    try {
      return await route()
    } catch {
      return { status: 500, type: PLAIN, body: 'failed\n' }
    }
  }
  const respond = async (url: string, response: ServerResponse) => {
    const [path = ''] = url.split('?')
    const { status, type, body } = await answer(path)
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  }
  return ({ url = '' }, response) => void respond(url, response)
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw new CaretallyError('metrics_not_served', `metrics cannot be served at ${host}:${port}`, {
      hint: 'the port is taken or the address is not of this machine; set METRICS_PORT or METRICS_HOST to another',
      cause,
    })
  }
}
