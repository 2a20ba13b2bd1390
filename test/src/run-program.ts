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
  const child = spawn(process.execPath, [`${root}${program}`, ...args], {
    env,
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
