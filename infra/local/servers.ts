import path from 'node:path'

import { type ClickHouse, startClickHouse } from './clickhouse-server.ts'
import type { PortWish } from './free-port.ts'
import { type Kafka, type KafkaOptions, startKafka } from './kafka-server.ts'
import type { LocalServer } from './local-server.ts'
import { startTogether } from './start-together.ts'

export interface ServersOptions extends Omit<KafkaOptions, 'port' | 'nodes'> {
  kafkaPort?: PortWish | undefined
  clickhousePort?: PortWish | undefined
}

export interface Servers extends AsyncDisposable {
  readonly kafka: Kafka
  readonly clickhouse: ClickHouse
  /** Resolves with the first of the servers that has ended, asked or not. */
  firstEnded(): Promise<LocalServer>
  /** Ends both in order. */
  stop(): Promise<void>
}

/**
 * Starts Kafka and ClickHouse side by side, in `directory`. Resolves when both answer; when one does not start, or `signal` is
 * aborted, neither is left running. They end with this process, whatever ends it.
 *
 * @throws {CaretallyError} of `startKafka` and `startClickHouse`
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { directory, kafkaPort, clickhousePort, ...others } = options
  options.onProgress?.('starting Kafka and ClickHouse')
  const [kafka, clickhouse] = await startTogether<[Kafka, ClickHouse]>(
    [
      async (signal) =>
        await startKafka({ ...others, directory: path.join(directory, 'kafka'), port: kafkaPort, signal }),
      async (signal) =>
        await startClickHouse({ directory: path.join(directory, 'clickhouse'), port: clickhousePort, signal }),
    ],
    options.signal,
  )
  const stop = async () => {
    await Promise.all([kafka.stop(), clickhouse.stop()])
  }
  return {
    kafka,
    clickhouse,
    firstEnded: async () => await firstEnded([...kafka.nodes, clickhouse]),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function firstEnded(servers: LocalServer[]): Promise<LocalServer> {
  return await Promise.race(
    servers.map(async (server) => {
      await server.ended()
      return server
    }),
  )
}
