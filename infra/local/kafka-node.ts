import { execFile } from 'node:child_process'
import { access, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { CaretallyError } from '@caretally/runtime'

import { HOST } from './free-port.ts'
import { readKafkaMetadata } from './kafka-metadata.ts'
import { type KafkaNodeAddress, type KafkaSecurityOptions, nodeProperties } from './kafka-properties.ts'
import { likelyReason } from './likely-reason.ts'
import { createLocalServer, type LocalServer } from './local-server.ts'
import { makePrivateDirectory } from './state-files.ts'

const SHARED_PROPERTIES = fileURLToPath(new URL('../kafka/server.properties', import.meta.url))

/**
 * The simplest collector and the first compiler only: a broker on a laptop mostly waits for the disk and the network, and so it
 * starts with much less work.
 */
const JVM_FLAGS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
const HEAP_FLAGS = ['-Xms64m', '-Xmx512m']

const FORMAT_MS_MAX = 60_000
const STOP_S_MAX = 15

export interface KafkaNode extends LocalServer {
  readonly id: number
  /** `host:port` */
  readonly address: string
  /** `host:port` of the listener with TLS and passwords, if there is one. */
  readonly secureAddress: string | undefined
}

export interface KafkaNodeOptions {
  address: KafkaNodeAddress
  cluster: KafkaNodeAddress[]
  clusterId: string
  /** Of the cluster; the node's files in it are named after its id. */
  directory: string
  /** The directory with Kafka's libraries. */
  jars: string
  jvmFlags?: string[]
  security?: KafkaSecurityOptions | undefined
  stop_s_max?: number
}

/** One node of a cluster, not started yet. */
export function createKafkaNode(options: KafkaNodeOptions): KafkaNode {
  const { address, cluster, clusterId, directory, jars, jvmFlags = [], security, stop_s_max = STOP_S_MAX } = options
  const { id, port, securePort } = address
  const name = cluster.length === 1 ? 'Kafka' : `Kafka node ${id}`
  const dataDirectory = path.join(directory, `node-${id}`)
  const propertiesFile = path.join(directory, `node-${id}.properties`)
  const java = [...JVM_FLAGS, ...jvmFlags, '-cp', path.join(jars, '*')]

  async function prepare(signal: AbortSignal | undefined): Promise<void> {
    await makePrivateDirectory(directory)
    const shared = await readFile(SHARED_PROPERTIES, 'utf8')
    await writeFile(propertiesFile, `${shared}\n${nodeProperties(address, cluster, dataDirectory, security)}`, {
      mode: 0o600,
    })
    if (await isFormatted(dataDirectory)) return
    // What an interrupted format has left behind is of no use.
    await rm(dataDirectory, { recursive: true, force: true })
    const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '--config', propertiesFile]
    await formatStorage(name, [...java, ...format, ...addUsers(security)], signal)
  }

  const server = createLocalServer({
    name,
    prepare,
    command: {
      command: 'java',
      args: [...HEAP_FLAGS, ...java, 'kafka.Kafka', propertiesFile],
      endsWithItsInput: false,
      stop_s_max,
      logFile: path.join(directory, `node-${id}.log`),
    },
    answers: async () => {
      const metadata = await readKafkaMetadata(port)
      return metadata.clusterId === clusterId && metadata.brokers.includes(id)
    },
  })
  const secureAddress = securePort === undefined ? undefined : `${HOST}:${securePort}`
  return { ...server, id, address: `${HOST}:${port}`, secureAddress }
}

function addUsers(security: KafkaSecurityOptions | undefined): string[] {
  const users = security?.users ?? []
  return users.flatMap(({ username, password }) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${username},password=${password}]`,
  ])
}

/** The tool writes this file last. */
async function isFormatted(dataDirectory: string): Promise<boolean> {
  try {
    await access(path.join(dataDirectory, 'meta.properties'))
    return true
  } catch {
    return false
  }
}

async function formatStorage(name: string, javaArgs: string[], signal: AbortSignal | undefined): Promise<void> {
  try {
    await promisify(execFile)('java', javaArgs, { timeout: FORMAT_MS_MAX, ...(signal && { signal }) })
  } catch (error) {
    signal?.throwIfAborted()
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new CaretallyError('server_not_started', `${name} did not start: ${likelyReason(stderr)}`, { cause: error })
  }
}
