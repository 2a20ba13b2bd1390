import process from 'node:process'

import { toLine } from './errors.ts'
import { tolerateClosedPipes } from './closed-pipes.ts'

interface ProgramOptions {
  /** How long the program may take to end after a signal, or after `main` has settled, before it is ended hard. */
  shutdown_ms_max?: number
}

const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Runs a program's `main` with a signal that is aborted on SIGTERM and SIGINT, and, for a program that was forked, when
 * its parent is gone.
 *
 * The exit status is what `main` resolves to (0 without a value), or 1 with one line on standard error when it rejects. An
 * error that nobody has caught ends the process at once in the same way: Node would print its message, which may quote data.
 * A second signal, or a program that is still running `shutdown_ms_max` after the first, ends the process at once.
 */
export async function runProgram(
  main: (signal: AbortSignal) => Promise<number | void>,
  { shutdown_ms_max = 30_000 }: ProgramOptions = {},
): Promise<void> {
  tolerateClosedPipes()
  process.on('uncaughtException', (error) => {
    process.exit(fail(error))
  })
  const controller = new AbortController()
  const endAfterDeadline = (status: number) => {
    setTimeout(() => process.exit(status), shutdown_ms_max).unref()
  }
  const stop = (reason: string, status: number) => {
    controller.abort(new Error(reason))
    endAfterDeadline(status)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(SIGNAL_STATUS[signal])
      stop(`received ${signal}`, SIGNAL_STATUS[signal])
    })
  }
  process.once('disconnect', () => stop('the parent process is gone', 1))
  process.channel?.unref()
  try {
    process.exitCode = (await main(controller.signal)) ?? 0
  } catch (error) {
    process.exitCode = fail(error)
  }
  endAfterDeadline(process.exitCode)
}

function fail(error: unknown): number {
  process.stderr.write(`caretally: ${toLine(error)}\n`)
  return 1
}
