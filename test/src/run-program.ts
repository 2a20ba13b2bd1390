import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
  duration_ms: number
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Starts a compiled program of the repository as its user does, with nothing in its environment but `env`. `npm test`
 * compiles before it tests.
 */
export function startProgram(program: string, args: readonly string[], env: Record<string, string>) {
  return startCommand(process.execPath, [`${root}${program}`, ...args], { env })
}

interface CommandOptions {
  env: Record<string, string>
  /** All of its standard input. */
  input?: string
  /** Whether it leads a group of processes, which can be told to end together. */
  detached?: boolean
}

/** The same of any command. */
export function startCommand(command: string, args: readonly string[], options: CommandOptions) {
  const { env, input = '', detached = false } = options
  const child = spawn(command, args, { env, cwd: root, detached, stdio: 'pipe' })
  child.stdin.on('error', () => {}) // it need not read its input
  child.stdin.end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += String(chunk)))
  const start_ms = performance.now()
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...output, duration_ms: performance.now() - start_ms }))
  })
  return { child, output, ended }
}

/** Runs a program to its end. */
export function runToEnd(program: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return startProgram(program, args, env).ended
}
