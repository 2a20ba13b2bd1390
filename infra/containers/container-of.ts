import { type GenericContainer, Wait } from 'testcontainers'

import type { ComposeService } from './compose-service.ts'
import { LoopbackContainer } from './loopback-container.ts'

const START_MS_MAX = 120_000

/** A container of the service's image, which is started when it answers as docker-compose.yml asks it. */
export function containerOf({ image, environment, healthcheck }: ComposeService): GenericContainer {
  const [, ...command] = healthcheck.test
  return new LoopbackContainer(image)
    .withEnvironment(environment)
    .withHealthCheck({ test: ['CMD', ...command], interval: 500, timeout: 5_000, retries: 100, startPeriod: 500 })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(START_MS_MAX)
}
