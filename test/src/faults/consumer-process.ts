import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'

import type { ConsumerOptions, Protection, Step } from '@caretally/consumer'

import { root } from '../run-program.ts'

export interface ConsumerUnderTest {
  options: Omit<ConsumerOptions, 'logger'>
  /** Kills itself by SIGKILL when it has passed this step for the `pass`th time. */
  kill?: { after: Step; pass: number }
  /**
   * Freezes itself by SIGSTOP when it has passed this step after it was told to; after SIGCONT it stays at that step
   * until it is told to go on.
   */
  freeze?: { after: Step }
  /** The protection that is switched off. */
  without?: Protection
  /** It is of a later version, which knows a type of event more. */
  isLater?: boolean
}

/** Holds what a consumer process is launched with, the password included, so it is not an argument. */
export const LAUNCH_VARIABLE = 'CARETALLY_CONSUMER_UNDER_TEST'

export const FREEZE = 'freeze'
export const GO_ON = 'go on'

const PROGRAM = `${root}test/dist/faults/consumer-under-test.js`

export interface ConsumerProcess {
  readonly pid: number
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>
  readonly isRunning: boolean
  send(signal: NodeJS.Signals): void
  /** Tells it to freeze itself, and resolves when it is about to. */
  freeze(): Promise<void>
  /** Lets the step go on at which it froze. */
  goOn(): void
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** A consumer as a process of its own. It ends with this process, whatever ends that. */
export async function launchConsumer(launch: ConsumerUnderTest, logFile: string): Promise<ConsumerProcess> {
  const log = await open(logFile, 'a')
  const child: ChildProcess = fork(PROGRAM, [], {
    env: { ...process.env, [LAUNCH_VARIABLE]: JSON.stringify(launch) },
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  })
  await once(child, 'spawn')
  await log.close()
  const ended = once(child, 'exit').then(([status, signal]: unknown[]) => ({
    status: status as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return {
    pid: child.pid!,
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null
    },
    send: (signal) => void child.kill(signal),
    async freeze() {
      child.send(FREEZE)
      await once(child, 'message')
    },
    goOn: () => void child.send(GO_ON),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
