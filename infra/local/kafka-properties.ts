import { HOST } from './free-port.ts'

export interface KafkaNodeAddress {
  /** From 1. */
  id: number
  /** Where clients and other brokers connect. */
  port: number
  /** Where the controllers talk to each other. */
  controllerPort: number
}

const REPLICAS_MAX = 3

/**
 * What `infra/kafka/server.properties` leaves open for one node of a cluster: who and where it is, and how many replicas there
 * can be. With three nodes or more, one may be missing and acknowledged records are still on two.
 */
export function nodeProperties(node: KafkaNodeAddress, cluster: KafkaNodeAddress[], dataDirectory: string): string {
  const replicas = Math.min(cluster.length, REPLICAS_MAX)
  const inSync_min = replicas < REPLICAS_MAX ? 1 : REPLICAS_MAX - 1
  const properties = {
    'node.id': node.id,
    'controller.quorum.voters': cluster.map(({ id, controllerPort }) => `${id}@${HOST}:${controllerPort}`).join(','),
    listeners: `PLAINTEXT://${HOST}:${node.port},CONTROLLER://${HOST}:${node.controllerPort}`,
    'log.dirs': dataDirectory,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync_min,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync_min,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync_min,
  }
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${escapeValue(String(value))}`)
  return `${lines.join('\n')}\n`
}

/** Java reads properties as Latin-1 and takes a backslash for an escape. */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
