import { createMetrics, type Logger, type MetricsPlace, serveMetrics, systemClock } from '@caretally/runtime'

import { PublishHealth } from './publish-health.ts'
import { createPublishMeter } from './publish-meter.ts'
import type { PublishWatch } from './watch-publishing.ts'

interface ObserveOptions {
  /** Where metrics and health are served. */
  place: MetricsPlace
  acknowledged: () => number
  planned?: () => number
  logger: Logger
  signal: AbortSignal
}

/** Serves the metrics and the health of a run until it is disposed of; who publishes tells it by `watch`. */
export async function observePublishing({
  place,
  acknowledged,
  planned,
  logger,
  signal,
}: ObserveOptions): Promise<AsyncDisposable & { watch: PublishWatch }> {
  const metrics = createMetrics('producers')
  const health = new PublishHealth(systemClock)
  const meter = createPublishMeter(metrics, { acknowledged, planned })
  const server = await serveMetrics({ metrics, health }, { ...place, logger, signal })
  return { watch: { health, meter }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
