import { fork } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'

import { CaretallyError } from '@caretally/runtime'

import { rootPath } from './root.ts'

export interface ConsumerProcess extends AsyncDisposable {
  /** Rejects when the consumer ends without having been asked to; never resolves. */
  failed: Promise<never>
}

const PROGRAM = rootPath('services/consumer/dist/main.js')
const STOP_MS_MAX = 20_000

/**
 * The consumer as a process of its own, as an operator would run it; its log goes to `logFile`. It is forked, so it ends
 * with this process whatever ends that.
 */
export async function startConsumer(env: Record<string, string>, logFile: string): Promise<ConsumerProcess> {
  const log = await open(logFile, 'w')
  const child = fork(PROGRAM, [], {
    env: { ...process.env, ...env },
    execArgv: [`--title=caretally-consumer ${logFile}`],
    // a session of its own: Ctrl-C in the terminal reaches this process, which stops everything in order
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  })
  await log.close()
  let isStopping = false
  const exited = once(child, 'exit')
  const failed = exited.then(([status]: unknown[]) => {
    if (isStopping) return new Promise<never>(() => undefined)
    throw new CaretallyError('consumer_ended', `the consumer ended by itself (status ${String(status)})`, {
      hint: `its log is ${logFile}`,
    })
  })
  failed.catch(() => undefined) // raced against by whoever waits for the consumer's work
  return {
    failed,
    async [Symbol.asyncDispose]() {
      isStopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await exited
      clearTimeout(killer)
    },
  }
}
