import { HOST } from '@caretally/infra'
import { GenericContainer, type PortWithOptionalBinding, Wait } from 'testcontainers'
import { z } from 'zod'

import type { ComposeService } from './compose-service.ts'

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

const PortBindings = z.record(z.string(), z.array(z.object({ HostPort: z.string() })))

/** A container whose ports only this machine reaches: Kafka asks nobody who he is. */
class LoopbackContainer extends GenericContainer {
  override withExposedPorts(...ports: PortWithOptionalBinding[]): this {
    super.withExposedPorts(...ports)
    const bindings = PortBindings.parse(this.hostConfig.PortBindings)
    this.hostConfig.PortBindings = Object.fromEntries(
      Object.entries(bindings).map(([port, hosts]) => [port, hosts.map((host) => ({ ...host, HostIp: HOST }))]),
    )
    return this
  }
}
