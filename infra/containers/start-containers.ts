import { once } from 'node:events'

import {
  type ClickHouseUsers,
  choosePort,
  HOST,
  LOCAL_USERNAME,
  makePassword,
  passwordHashes,
  rootPath,
  usersWith,
} from '@caretally/infra'
import { CaretallyError } from '@caretally/runtime'
import type { StartedTestContainer } from 'testcontainers'

import { type ComposeService, readComposeServices } from './compose-service.ts'

const KAFKA_PORT = 9092
const CLICKHOUSE_PORT = 8123

interface ContainersOptions {
  onProgress?: ((message: string) => void) | undefined
}

/** Servers in containers, reached as the local ones are. They are gone, and what they hold, with `stop()`. */
export interface ContainerServers extends AsyncDisposable {
  readonly kafka: { readonly brokers: string[] }
  readonly clickhouse: {
    readonly url: string
    readonly username: string
    readonly password: string
    readonly users: ClickHouseUsers
  }
  /** Resolves with the first of the servers that has ended, asked or not. */
  firstEnded(): Promise<{ readonly name: string }>
  stop(): Promise<void>
}

/**
 * Starts Kafka and ClickHouse side by side in containers, of the images and with the settings of docker-compose.yml.
 * Resolves when both answer; only this machine reaches them.
 *
 * @throws {CaretallyError} `containers_not_started`; nothing is left running then
 */
export async function startContainers({ onProgress }: ContainersOptions = {}): Promise<ContainerServers> {
  onProgress?.('starting Kafka and ClickHouse in containers')
  const kafkaPort = await choosePort(undefined, 'KAFKA_PORT')
  const services = await readComposeServices({ KAFKA_PORT: String(kafkaPort) })
  const password = makePassword()
  const users = await usersWith(makePassword)
  const outcomes = await Promise.allSettled([
    startKafka(services.kafka, kafkaPort),
    startClickHouse(services.clickhouse, passwordHashes(users, password)),
  ])
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop()))
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  const [kafka, clickhouse] = started
  if (failed || !kafka || !clickhouse) {
    await stop()
    throw new CaretallyError('containers_not_started', 'Kafka and ClickHouse could not be started in containers', {
      hint: 'see whether `docker-compose up kafka clickhouse` says more',
      cause: failed?.reason,
    })
  }
  return {
    kafka: { brokers: [`${HOST}:${kafkaPort}`] },
    clickhouse: {
      url: `http://${HOST}:${clickhouse.getMappedPort(CLICKHOUSE_PORT)}`,
      username: LOCAL_USERNAME,
      password,
      users,
    },
    firstEnded: () => Promise.race([whenEnded('Kafka', kafka), whenEnded('ClickHouse', clickhouse)]),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function startKafka(service: ComposeService, port: number): Promise<StartedTestContainer> {
  const { containerOf } = await import('./container-of.ts') // testcontainers takes half a second to load
  return await containerOf(service)
    .withEnvironment({ KAFKA_LOG_DIRS: '/tmp/kafka' }) // there is no volume, which would have an owner
    .withHostname('kafka') // as whom it advertises itself to the network of docker-compose.yml, and reaches itself
    .withExposedPorts({ container: KAFKA_PORT, host: port })
    .withCopyFilesToContainer([
      { source: rootPath('infra/kafka/server.properties'), target: '/mnt/shared/config/server.properties' },
    ])
    .start()
}

/** `hashes` are those of the users' passwords, as the files of users take them from the environment. */
async function startClickHouse(service: ComposeService, hashes: Record<string, string>): Promise<StartedTestContainer> {
  const settings = '/etc/clickhouse-server'
  const { containerOf } = await import('./container-of.ts')
  return await containerOf(service)
    .withEnvironment(hashes)
    .withExposedPorts(CLICKHOUSE_PORT)
    .withCopyFilesToContainer([
      { source: rootPath('infra/clickhouse/config.xml'), target: `${settings}/config.xml` },
      { source: rootPath('infra/containers/clickhouse.xml'), target: `${settings}/config.d/caretally.xml` },
      { source: rootPath('infra/clickhouse/users.xml'), target: `${settings}/users.xml` },
    ])
    .withCopyDirectoriesToContainer([{ source: rootPath('infra/clickhouse/users.d'), target: `${settings}/users.d` }])
    .start()
}

async function whenEnded(name: string, container: StartedTestContainer): Promise<{ name: string }> {
  const log = await container.logs()
  log.resume()
  await once(log, 'end')
  return { name }
}
