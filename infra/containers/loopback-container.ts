import { HOST } from '@caretally/infra'
import { GenericContainer, type PortWithOptionalBinding } from 'testcontainers'
import { z } from 'zod'

const PortBindings = z.record(z.string(), z.array(z.object({ HostPort: z.string() })))

/** A container whose ports only this machine reaches: the servers of tests ask nobody who he is. */
export class LoopbackContainer extends GenericContainer {
  override withExposedPorts(...ports: PortWithOptionalBinding[]): this {
    super.withExposedPorts(...ports)
    const bindings = PortBindings.parse(this.hostConfig.PortBindings)
    this.hostConfig.PortBindings = Object.fromEntries(
      Object.entries(bindings).map(([port, hosts]) => [port, hosts.map((host) => ({ ...host, HostIp: HOST }))]),
    )
    return this
  }
}
