/**
 * The process behind `npm run up`: it holds Kafka and ClickHouse until SIGTERM, or until one of them ends. While it starts them
 * it reports to its parent and gives up when the parent ends; after that it stays by itself.
 */
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'

import { CaretallyError, runProgram } from '@caretally/runtime'

import { type KeeperMessage, KeeperTask } from './keeper-messages.ts'
import { removeRunningServers, stateDirectory, writeRunningServers } from './running-servers.ts'
import { type Servers, startServers } from './servers.ts'

const task = KeeperTask.parse(JSON.parse(process.argv[2] ?? ''))

await runProgram(async (signal) => {
  try {
    await using servers = await startAndReport(signal)
    await writeRunningServers(task.root, describe(servers))
    report({ type: 'running' })
    leaveParent()
    await untilToldOrEnded(signal, servers)
  } finally {
    await removeRunningServers(task.root, process.pid)
  }
})

async function startAndReport(signal: AbortSignal): Promise<Servers> {
  try {
    return await startServers({
      directory: path.join(stateDirectory(task.root), 'servers'),
      kafkaPort: task.kafkaPort,
      clickhousePort: task.clickhousePort,
      onProgress: (message) => report({ type: 'progress', message }),
      signal,
    })
  } catch (error) {
    if (error instanceof CaretallyError) {
      report({ type: 'failed', code: error.code, message: error.message, hint: error.hint })
    }
    throw error
  }
}

/** Until here `runProgram` ends this process with its parent; from here on it stays. */
function leaveParent(): void {
  process.removeAllListeners('disconnect')
  if (process.connected) process.disconnect()
}

async function untilToldOrEnded(signal: AbortSignal, servers: Servers): Promise<void> {
  if (signal.aborted) return
  const ended = await Promise.race([once(signal, 'abort').then(() => undefined), servers.firstEnded()])
  if (ended)
    throw new CaretallyError('server_ended', `${ended.name} has ended by itself`, { hint: `see ${ended.logFile}` })
}

function describe({ kafka, clickhouse }: Servers) {
  const { url, username, password, passwordFile, users } = clickhouse
  return {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    kafka: { brokers: kafka.brokers, pids: kafka.nodes.map((node) => node.pid() ?? 0) },
    clickhouse: { url, username, password, passwordFile, users, pid: clickhouse.pid() ?? 0 },
  }
}

function report(message: KeeperMessage): void {
  if (process.connected) process.send?.(message)
}
