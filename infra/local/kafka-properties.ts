import { HOST } from './free-port.ts'

export interface KafkaNodeAddress {
  /** From 1. */
  id: number
  /** Where clients and other brokers connect. */
  port: number
  /** Where the controllers talk to each other. */
  controllerPort: number
  /** Where clients connect with TLS and a password, if they can. */
  securePort?: number
}

/** What a listener for clients with TLS and a password needs. */
export interface KafkaSecurityOptions {
  /** Of the type PKCS12: the brokers' private key and certificate. */
  keystore: { file: string; password: string }
  /** Who may connect, by SASL PLAIN as well as by SCRAM-SHA-512. The latter are fixed at the first start on a directory. */
  users: { username: string; password: string }[]
  /** Of the users, those who may do everything; all others then may do what an ACL lets them, and without it everybody may. */
  superUsers?: string[]
}

const REPLICAS_MAX = 3

/**
 * What `infra/kafka/server.properties` leaves open for one node of a cluster: who and where it is, and how many replicas there
 * can be. With three nodes or more, one may be missing and acknowledged records are still on two.
 */
export function nodeProperties(
  node: KafkaNodeAddress,
  cluster: KafkaNodeAddress[],
  dataDirectory: string,
  security?: KafkaSecurityOptions,
): string {
  const replicas = Math.min(cluster.length, REPLICAS_MAX)
  const inSync_min = replicas < REPLICAS_MAX ? 1 : REPLICAS_MAX - 1
  const properties = {
    'node.id': node.id,
    'controller.quorum.voters': cluster.map(({ id, controllerPort }) => `${id}@${HOST}:${controllerPort}`).join(','),
    listeners: listenersOf(node),
    'log.dirs': dataDirectory,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync_min,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync_min,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync_min,
    ...(security && secureListener(security)),
  }
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${escapeValue(String(value))}`)
  return `${lines.join('\n')}\n`
}

function listenersOf({ port, controllerPort, securePort }: KafkaNodeAddress): string {
  const listeners = [`PLAINTEXT://${HOST}:${port}`, `CONTROLLER://${HOST}:${controllerPort}`]
  if (securePort !== undefined) listeners.push(`SASL_SSL://${HOST}:${securePort}`)
  return listeners.join(',')
}

const LOGIN_MODULES = 'org.apache.kafka.common.security'

function secureListener({ keystore, users, superUsers }: KafkaSecurityOptions): Record<string, string> {
  const known = users.map(({ username, password }) => `user_${username}="${password}"`)
  return {
    'listener.name.sasl_ssl.ssl.keystore.type': 'PKCS12',
    'listener.name.sasl_ssl.ssl.keystore.location': keystore.file,
    'listener.name.sasl_ssl.ssl.keystore.password': keystore.password,
    'listener.name.sasl_ssl.ssl.key.password': keystore.password,
    'listener.name.sasl_ssl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${LOGIN_MODULES}.plain.PlainLoginModule required ${known.join(' ')};`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${LOGIN_MODULES}.scram.ScramLoginModule required;`,
    ...(superUsers && authorizer(superUsers)),
  }
}

/** The listener without passwords is that of the brokers themselves, whose user is ANONYMOUS. */
function authorizer(superUsers: string[]): Record<string, string> {
  return {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': ['ANONYMOUS', ...superUsers].map((name) => `User:${name}`).join(';'),
  }
}

/** Java reads properties as Latin-1 and takes a backslash for an escape. */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
