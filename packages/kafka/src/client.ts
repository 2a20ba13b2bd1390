import { createLogger, type Logger } from '@caretally/runtime'
import kafkajs, { type ISocketFactory, type Kafka, type LogEntry, type RetryOptions } from 'kafkajs'

import { answeringConnections } from './answering-connections.ts'
import { registerCodecs } from './codecs.ts'
import type { KafkaConnection } from './connection.ts'
import { connectionFailure } from './connection-failure.ts'

interface KafkaOptions extends KafkaConnection {
  /** Names the program in the broker's logs and quotas. */
  clientId: string
  logger: Logger
  /** kafkajs's own retries of one request; its defaults otherwise. */
  retry?: RetryOptions
  connection_timeout_ms?: number
  request_timeout_ms?: number
  /** Instead of kafkajs's own: that of `openConnections`, a tunnel, or a broken network in a test. */
  socketFactory?: ISocketFactory
}

/** A TCP connection may take this long; kafkajs's default of 1 s fails on a busy broker. */
const CONNECTION_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000

registerCodecs()

/** The one way to make a kafkajs client: LZ4 registered, patient connections, and its log in ours. */
export function createKafka(options: KafkaOptions): Kafka {
  const { brokers, security: { tls, sasl } = {}, clientId, logger, retry, socketFactory } = options
  return new kafkajs.Kafka({
    brokers,
    clientId,
    connectionTimeout: options.connection_timeout_ms ?? CONNECTION_TIMEOUT_MS,
    requestTimeout: options.request_timeout_ms ?? REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => writeEntry(logger, entry),
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl: { ...sasl } }),
    ...(retry && { retry }),
    ...(socketFactory && { socketFactory }),
  })
}

/** The same for who publishes: it leaves a broker that is silent, and finds the new leaders. */
export function createPublishingKafka(options: Omit<KafkaOptions, 'socketFactory'>): Kafka {
  return createKafka({ ...options, socketFactory: answeringConnections() })
}

const CHECK_TIMEOUT_MS = 3_000

/**
 * Resolves when a broker answers, within about 7 s either way.
 *
 * @throws {CaretallyError} `kafka_unauthorized`, `kafka_untrusted` or `kafka_unreachable`, which name the addresses
 */
export async function checkKafka(connection: KafkaConnection & { clientId: string }): Promise<void> {
  const { clientId } = connection
  const kafka = createKafka({
    ...connection,
    logger: createLogger({ name: clientId, level: 'silent' }),
    connection_timeout_ms: CHECK_TIMEOUT_MS,
    request_timeout_ms: CHECK_TIMEOUT_MS,
    retry: { retries: 1, initialRetryTime: 300 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
  } catch (cause) {
    throw connectionFailure(cause, connection.brokers)
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

/** How kafkajs calls what every member of a group hears now and then, and answers by joining again. */
const GROUP_LIFE = new Set([
  'The group is rebalancing, so a rejoin is needed',
  'The group member needs to have a valid member id before actually entering a consumer group',
])

/**
 * kafkajs's messages are sentences without data and become the field `said`; what else it attaches stays out of the log, but for the reason of a refused
 * request, which is one of its own sentences too. Its errors are mostly answers that it is going to repeat by itself, and
 * its warnings about retries of idempotent producers are meant for others.
 */
export function writeEntry(
  logger: Pick<Logger, 'warn' | 'debug'>,
  { namespace, level, log }: Pick<LogEntry, 'namespace' | 'level' | 'log'>,
): void {
  const isRefusal = namespace === 'Connection' && log.message.startsWith('Response ')
  const reason: unknown = isRefusal ? log['error'] : undefined
  const isError = level <= kafkajs.logLevel.ERROR && !(typeof reason === 'string' && GROUP_LIFE.has(reason))
  logger[isError ? 'warn' : 'debug'](
    { namespace: `kafkajs.${namespace}`, said: log.message, ...(reason !== undefined && { reason }) },
    'from the Kafka client',
  )
}
