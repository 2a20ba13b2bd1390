import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { z } from 'zod'

import { tolerateClosedPipes } from './closed-pipes.ts'
import { environmentHelp } from './environment-help.ts'

/** Where a program writes: a terminal, a pipe, or whatever a test reads from. */
export interface OutputStream {
  write(content: string | Uint8Array): unknown
  isTTY?: boolean | undefined
}

interface Outputs {
  stdout: OutputStream
  stderr: OutputStream
}

/** A commander command that writes to the given streams, says what is wrong in one line, and never ends the process. */
export function createCommand(name: string, { stdout, stderr }: Outputs): Command {
  return new Command(name)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError,
    })
}

/**
 * A commander command for a program that is nothing but its options: parsing ends the process with status 0 for --help,
 * and with 1 and one line for what it does not understand. `environment` has the variables that the program reads.
 */
export function createProgram(name: string, environment?: z.ZodObject): Command {
  tolerateClosedPipes()
  const program = new Command(name).allowExcessArguments(false).configureOutput({ outputError })
  return environment === undefined ? program : program.addHelpText('afterAll', environmentHelp(environment))
}

/** What reads an option's value that has to be a whole number of this range. */
export function wholeNumberIn(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/**
 * Runs what the arguments ask for.
 *
 * @returns the exit status: 0, or what commander chose for a command line that is wrong or asks for help
 * @throws whatever an action throws
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  try {
    await command.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
}

function outputError(text: string, write: (text: string) => void): void {
  const mistake = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replaceAll('\n', ' ')
  write(`caretally: ${mistake}; --help shows the options\n`)
}
