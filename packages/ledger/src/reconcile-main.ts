import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runReconcile } from './reconcile/command-line.ts'

await runProgram((signal) => {
  const { env, stdout, stderr } = process
  return runReconcile(process.argv.slice(2), { env, stdout, stderr, clock: systemClock, signal })
})
