import { randomBytes } from 'node:crypto'
import path from 'node:path'

import { choosePort, type PortWish } from './free-port.ts'
import { classArchiveFlags } from './kafka-class-archive.ts'
import { fetchKafkaJars, type KafkaJarsOptions } from './kafka-jars.ts'
import { createKafkaNode, type KafkaNode } from './kafka-node.ts'
import type { KafkaNodeAddress, KafkaSecurityOptions } from './kafka-properties.ts'
import { checkRequirements } from './requirements.ts'
import { startTogether } from './start-together.ts'
import { readOrCreate } from './state-files.ts'

export interface KafkaOptions extends KafkaJarsOptions {
  /** Holds the data and the logs. Started again on it, Kafka has the topics and offsets it had. */
  directory: string
  /** How many nodes the cluster has; the same at every start on a directory. Three can lose one. */
  nodes?: number
  /** Of the first node; the others get any free ones. */
  port?: PortWish | undefined
  /** Adds a listener with TLS and passwords, which a test of them needs. */
  security?: KafkaSecurityOptions
}

export interface Kafka extends AsyncDisposable {
  /** The addresses of all nodes, running or not. */
  readonly brokers: string[]
  /** Sorted by id, which is the broker's id in Kafka's metadata. */
  readonly nodes: KafkaNode[]
  /** Ends all nodes in order. */
  stop(): Promise<void>
}

/**
 * Starts a real Kafka, by default of one node. Resolves when every node answers as a member of the cluster.
 *
 * @throws {CaretallyError} of `checkRequirements`, `kafka_not_fetched`, `port_taken`, `server_not_started`; nothing is left
 *   running then
 */
export async function startKafka({ directory, nodes = 1, port, security, ...options }: KafkaOptions): Promise<Kafka> {
  await checkRequirements(options)
  const jars = await fetchKafkaJars(options)
  const jvmFlags = await classArchiveFlags(jars, options)
  const clusterId = await readOrCreate(path.join(directory, 'cluster-id'), randomClusterId)
  const cluster = await chooseAddresses(nodes, port, security !== undefined)
  const starts = cluster.map((address) => async (signal: AbortSignal) => {
    const node = createKafkaNode({ address, cluster, clusterId, directory, jars, jvmFlags, security })
    await node.start(signal)
    return node
  })
  const started = await startTogether<KafkaNode[]>(starts, options.signal)
  const stop = async () => {
    await Promise.all(started.map(async (node) => await node.stop()))
  }
  return { brokers: started.map(({ address }) => address), nodes: started, stop, [Symbol.asyncDispose]: stop }
}

async function chooseAddresses(
  nodes: number,
  firstPort: PortWish | undefined,
  isSecure: boolean,
): Promise<KafkaNodeAddress[]> {
  const addresses: KafkaNodeAddress[] = []
  for (let id = 1; id <= nodes; id++) {
    const port = await choosePort(id === 1 ? firstPort : undefined, '--kafka-port')
    const controllerPort = await choosePort(undefined, '--kafka-port')
    const securePort = isSecure ? { securePort: await choosePort(undefined, '--kafka-port') } : {}
    addresses.push({ id, port, controllerPort, ...securePort })
  }
  return addresses
}

/** 128 random bits in the form of Kafka's ids, which do not begin with a dash. */
function randomClusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A')
}
