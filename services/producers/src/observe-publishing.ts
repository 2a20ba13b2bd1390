import type { PublishWatch } from '@caretally/kafka'
import { createMetrics, type Logger, type MetricsPlace, serveMetrics, systemClock } from '@caretally/runtime'

import { PublishHealth } from './publish-health.ts'
import { createPublishMeter } from './publish-meter.ts'
import { watchPublishing } from './watch-publishing.ts'

interface ObserveOptions {
  /** Where metrics and health are served. */
  place: MetricsPlace
  acknowledged: () => number
  planned?: () => number
  logger: Logger
  signal: AbortSignal
}

export interface ObservedPublishing extends AsyncDisposable {
  /** To be told by the publisher. */
  watch: PublishWatch
  health: PublishHealth
}

/** Serves the metrics and the health of a run until it is disposed of. */
export async function observePublishing({
  place,
  acknowledged,
  planned,
  logger,
  signal,
}: ObserveOptions): Promise<ObservedPublishing> {
  const metrics = createMetrics('producers')
  const health = new PublishHealth(systemClock)
  const meter = createPublishMeter(metrics, { acknowledged, planned })
  const server = await serveMetrics({ metrics, health }, { ...place, logger, signal })
  return { watch: watchPublishing(health, meter), health, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
