import { Command, CommanderError } from 'commander'

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
      outputError: (text, write) => write(`caretally: ${toOneLine(text)}\n`),
    })
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

function toOneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
}
