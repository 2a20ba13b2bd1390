import { open, stat } from 'node:fs/promises'

import { CaretallyError, systemClock } from '@caretally/runtime'

import { likelyReason } from './likely-reason.ts'
import { type ServerCommand, type ServerProcess, spawnServer } from './server-process.ts'

const START_MS_MAX = 60_000
const POLL_MS = 25
const LOG_BYTES_READ_MAX = 64 * 1024

/** A server of ours on this machine. It can be started again after `stop()` or `kill()`, with the same data and port. */
export interface LocalServer extends AsyncDisposable {
  /** What people call it. */
  readonly name: string
  readonly logFile: string
  /** The leader of the server's process group; undefined while it is not running. */
  pid(): number | undefined
  /**
   * Resolves when the server really answers, within 60 s. Does nothing when it runs already.
   *
   * @throws {CaretallyError} `server_not_started`, naming the likely reason and the log; nothing is left running then
   */
  start(signal?: AbortSignal): Promise<void>
  /** Ends the server in order; resolves when it has ended. */
  stop(): Promise<void>
  /** Ends the server like a crash, with SIGKILL; resolves when it has ended. */
  kill(): Promise<void>
  /** Resolves when the running server has ended, asked or not; at once when none is running. */
  ended(): Promise<void>
}

export interface LocalServerOptions {
  name: string
  command: ServerCommand
  /** Done before each start. */
  prepare?: (signal: AbortSignal | undefined) => Promise<void>
  /** Whether the server answers as it should; a rejection counts as no. Settles within seconds. */
  answers: () => Promise<boolean>
}

export function createLocalServer({ name, command, prepare, answers }: LocalServerOptions): LocalServer {
  const { logFile } = command
  let running: ServerProcess | undefined

  async function forgetWhenEnded(process: ServerProcess): Promise<void> {
    await process.ended
    if (running === process) running = undefined
  }

  async function start(signal?: AbortSignal): Promise<void> {
    if (running) return
    signal?.throwIfAborted()
    await prepare?.(signal)
    const logStart_bytes = await size_bytes(logFile)
    const process = spawnServer(command)
    running = process
    void forgetWhenEnded(process)
    const outcome = await waitForAnswer(process, signal)
    if (outcome === 'answers') return
    await process.kill()
    signal?.throwIfAborted()
    const reason = outcome === 'ended' ? likelyReason(await readLog(logFile, logStart_bytes)) : 'it does not answer'
    throw new CaretallyError('server_not_started', `${name} did not start: ${reason}`, { hint: `see ${logFile}` })
  }

  async function waitForAnswer(
    process: ServerProcess,
    signal: AbortSignal | undefined,
  ): Promise<'answers' | 'ended' | 'late' | 'abandoned'> {
    const deadline_ms = systemClock.now() + START_MS_MAX
    while (systemClock.now() < deadline_ms) {
      if (signal?.aborted) return 'abandoned'
      if (process.hasEnded()) return 'ended'
      if (await answers().catch(() => false)) return 'answers'
      await systemClock.sleep(POLL_MS)
    }
    return 'late'
  }

  const stop = async () => await running?.stop()
  return {
    name,
    logFile,
    pid: () => running?.pid,
    start,
    stop,
    kill: async () => await running?.kill(),
    ended: async () => await running?.ended,
    [Symbol.asyncDispose]: stop,
  }
}

async function size_bytes(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0 // there is no log before the first start
  }
}

/** The log from `start_bytes` on, as far as it is wanted. */
async function readLog(file: string, start_bytes: number): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(LOG_BYTES_READ_MAX), position: start_bytes })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
