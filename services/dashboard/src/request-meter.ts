import type { Metrics } from '@caretally/runtime'

/** Told of each answer. `route` is one of ours, or `none`: never the address, which others choose. */
export interface RequestMeter {
  answered(route: string, status: number, duration_ms: number): void
}

export const silentRequestMeter: RequestMeter = { answered: () => undefined }

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Those that an alert looks for. */
const FAILURES = ['500', '503']

/** A meter whose readings Prometheus collects. `routes` are those whose failures should be seen from the first one on. */
export function createRequestMeter(metrics: Metrics, routes: readonly string[]): RequestMeter {
  const seconds = metrics.histogram({
    name: 'request_seconds',
    help: 'Duration of the requests that were answered, by route and status; `none` is whatever is no route',
    labels: ['route', 'status'],
    buckets: REQUEST_SECONDS,
  })
  for (const route of routes) for (const status of ['200', ...FAILURES]) seconds.zero({ route, status })
  return {
    answered: (route, status, duration_ms) => seconds.observe({ route, status: String(status) }, duration_ms / 1_000),
  }
}
