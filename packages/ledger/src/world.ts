import type { Clock, Environment, OutputStream } from '@caretally/runtime'

/** What a command line has of the world: a program's own, or a test's. */
export interface World {
  env: Environment
  stdout: OutputStream
  stderr: OutputStream
  clock: Clock
  signal: AbortSignal
}
