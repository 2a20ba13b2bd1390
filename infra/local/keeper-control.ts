import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { CaretallyError, systemClock } from '@caretally/runtime'

import type { PortWish } from './free-port.ts'
import { KeeperMessage, type KeeperTask } from './keeper-messages.ts'
import {
  findRunningServers,
  isKeeper,
  removeRunningServers,
  type RunningServers,
  stateDirectory,
} from './running-servers.ts'
import { makePrivateDirectory } from './state-files.ts'

const KEEPER_FILE = fileURLToPath(new URL('../dist/keeper.js', import.meta.url))

const KAFKA_PORT_USUAL = 9092
const CLICKHOUSE_PORT_USUAL = 8123

/** The keeper ends its servers within 15 s, or kills them. */
const STOP_MS_MAX = 30_000
const POLL_MS = 50

export interface KeepOptions {
  /** Of the checkout. */
  root: string
  /** Exactly this port. Left out: the usual one, or the next free one. */
  kafkaPort?: number | undefined
  clickhousePort?: number | undefined
  onProgress?: ((message: string) => void) | undefined
  /** Ends the servers again while they are being started. */
  signal?: AbortSignal | undefined
}

export interface KeptServers {
  servers: RunningServers
  /** Whether they were running before. */
  alreadyRunning: boolean
}

/**
 * Starts the local servers so that they stay when this process ends, or finds them running. Resolves when they answer.
 *
 * @throws {CaretallyError} of `startServers`; nothing is left running then
 */
export async function keepServers(options: KeepOptions): Promise<KeptServers> {
  const { root, kafkaPort, clickhousePort, onProgress, signal } = options
  const running = await findRunningServers(root)
  if (running) return { servers: running, alreadyRunning: true }
  signal?.throwIfAborted()

  const keeper = await spawnKeeper({
    root,
    kafkaPort: kafkaPort ?? usual(KAFKA_PORT_USUAL),
    clickhousePort: clickhousePort ?? usual(CLICKHOUSE_PORT_USUAL),
  })
  const stopKeeper = () => keeper.kill('SIGTERM')
  signal?.addEventListener('abort', stopKeeper)
  try {
    await untilRunning(keeper, root, onProgress)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stopKeeper)
  }
  keeper.unref()
  const servers = await findRunningServers(root)
  if (!servers) throw keeperEnded(root)
  return { servers, alreadyRunning: false }
}

/** Ends the local servers in order; resolves when they have ended, with whether there were any. */
export async function stopServers(root: string): Promise<boolean> {
  const running = await findRunningServers(root)
  if (!running) return false
  process.kill(running.pid, 'SIGTERM')
  const deadline_ms = systemClock.now() + STOP_MS_MAX
  while (await isKeeper(running.pid)) {
    if (systemClock.now() > deadline_ms) {
      // The servers end with their keeper, whatever ends it.
      process.kill(running.pid, 'SIGKILL')
      await removeRunningServers(root, running.pid)
    }
    await systemClock.sleep(POLL_MS)
  }
  return true
}

function usual(port: number): PortWish {
  return { from: port }
}

async function spawnKeeper(task: KeeperTask): Promise<ChildProcess> {
  const logFile = keeperLog(task.root)
  await makePrivateDirectory(path.dirname(logFile))
  const log = openSync(logFile, 'w', 0o600)
  const keeper = spawn(process.execPath, [KEEPER_FILE, JSON.stringify(task)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  return keeper
}

async function untilRunning(keeper: ChildProcess, root: string, onProgress: KeepOptions['onProgress']): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let failure: Error | undefined
    keeper.on('message', (received) => {
      const message = KeeperMessage.parse(received)
      if (message.type === 'progress') onProgress?.(message.message)
      if (message.type === 'failed') {
        failure = new CaretallyError(
          message.code,
          message.message,
          message.hint === undefined ? {} : { hint: message.hint },
        )
      }
      if (message.type === 'running') resolve()
    })
    keeper.once('error', reject)
    keeper.once('exit', () => reject(failure ?? keeperEnded(root)))
  })
}

function keeperEnded(root: string): CaretallyError {
  return new CaretallyError('keeper_ended', 'the process that holds the servers has ended', {
    hint: `see ${keeperLog(root)}`,
  })
}

function keeperLog(root: string): string {
  return path.join(stateDirectory(root), 'keeper.log')
}
