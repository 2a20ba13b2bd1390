import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

import {
  type ClickHouseUsers,
  choosePort,
  HOST,
  OVERLAY_NAME,
  passwordsOverlay,
  readClickHouseUsers,
  rootPath,
} from '@caretally/infra'
import { CaretallyError } from '@caretally/runtime'
import type { StartedTestContainer } from 'testcontainers'

import { type ComposeService, readComposeServices } from './compose-service.ts'

const KAFKA_PORT = 9092
const CLICKHOUSE_PORT = 8123
const PASSWORD_BYTES = 24

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
  const users = await makeUsers()
  const outcomes = await Promise.allSettled([
    startKafka(services.kafka, kafkaPort),
    startClickHouse(services.clickhouse, users),
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
  const passwordOf = (username: string) => ({ username, password: users.passwords.get(username)! })
  return {
    kafka: { brokers: [`${HOST}:${kafkaPort}`] },
    clickhouse: {
      url: `http://${HOST}:${clickhouse.getMappedPort(CLICKHOUSE_PORT)}`,
      ...passwordOf('caretally'),
      users: {
        migrate: passwordOf('caretally_migrate'),
        consume: passwordOf('caretally_consume'),
        report: passwordOf('caretally_report'),
        operate: passwordOf('caretally_operate'),
        dashboard: passwordOf('caretally_reader'),
      },
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
    .withCopyContentToContainer([
      {
        content: await readFile(rootPath('infra/kafka/server.properties')),
        target: '/mnt/shared/config/server.properties',
      },
    ])
    .start()
}

interface Users {
  /** Files for `users.d`, by name. */
  files: ReadonlyMap<string, string>
  /** By user. */
  passwords: ReadonlyMap<string, string>
}

async function startClickHouse(service: ComposeService, { files }: Users): Promise<StartedTestContainer> {
  const settings = '/etc/clickhouse-server'
  const copies: [file: string, target: string][] = [
    ['infra/clickhouse/config.xml', 'config.xml'],
    ['infra/containers/clickhouse.xml', 'config.d/caretally.xml'],
    ['infra/clickhouse/users.xml', 'users.xml'],
  ]
  const contents = copies.map(async ([file, target]) => ({
    content: await readFile(rootPath(file)),
    target: `${settings}/${target}`,
  }))
  const usersFiles = [...files].map(([name, content]) => ({ content, target: `${settings}/users.d/${name}` }))
  const { containerOf } = await import('./container-of.ts')
  return await containerOf(service)
    .withExposedPorts(CLICKHOUSE_PORT)
    .withCopyContentToContainer([...(await Promise.all(contents)), ...usersFiles])
    .start()
}

/** The users of infra/clickhouse with passwords of their own, made at random. */
async function makeUsers(): Promise<Users> {
  const { users, further } = await readClickHouseUsers(rootPath('infra/clickhouse'))
  const byVariable = new Map(users.map(({ variable }) => [variable, randomBytes(PASSWORD_BYTES).toString('base64url')]))
  const passwords = new Map(users.map(({ user, variable }) => [user, byVariable.get(variable)!]))
  return { files: further.set(OVERLAY_NAME, passwordsOverlay(users, byVariable)), passwords }
}

async function whenEnded(name: string, container: StartedTestContainer): Promise<{ name: string }> {
  const log = await container.logs()
  log.resume()
  await once(log, 'end')
  return { name }
}
