import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'

import { CaretallyError } from '@caretally/runtime'

import { rootPath } from './root.ts'

interface ChildOptions {
  /** What people call it. */
  name: string
  /** The compiled module, relative to the root. */
  program: string
  args?: readonly string[]
  env?: Record<string, string>
  /** Gets its standard output and error. */
  logFile: string
}

export interface ChildProgram extends AsyncDisposable {
  readonly pid: number
  /** For its messages. */
  readonly process: ChildProcess
  /** Resolves with its exit status; null when it was killed. */
  readonly ended: Promise<number | null>
  /** Rejects when it has ended without having been asked to; never resolves. */
  readonly failed: Promise<never>
}

const STOP_MS_MAX = 20_000

/**
 * A program of ours as a process of its own, as an operator would run it. It is forked, so it ends with this process
 * whatever ends that; and asked to when it is disposed of.
 */
export async function startChild({ name, program, args = [], env, logFile }: ChildOptions): Promise<ChildProgram> {
  const log = await open(logFile, 'w')
  const child = fork(rootPath(program), args, {
    env: { ...process.env, ...env },
    execArgv: [`--title=caretally-${name} ${logFile}`],
    // a session of its own: Ctrl-C in the terminal reaches this process, which stops everything in order
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  })
  const ended = once(child, 'exit').then(([status]: unknown[]) => (typeof status === 'number' ? status : null))
  await once(child, 'spawn')
  await log.close()
  let isStopping = false
  const failed = ended.then((status) => {
    if (isStopping) return new Promise<never>(() => undefined)
    throw new CaretallyError(`${name}_ended`, `the ${name} ended by itself (status ${String(status)})`, {
      hint: `its log is ${logFile}`,
    })
  })
  failed.catch(() => undefined) // raced against by whoever waits for its work
  return {
    pid: child.pid!,
    process: child,
    ended,
    failed,
    async [Symbol.asyncDispose]() {
      isStopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(killer)
    },
  }
}
