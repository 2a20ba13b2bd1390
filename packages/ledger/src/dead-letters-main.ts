import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runDeadLetters } from './dead-letters/command-line.ts'

// Whoever reads a pipe may stop before its end: `npm run dead-letters -- list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

await runProgram((signal) => {
  const { env, stdout, stderr } = process
  return runDeadLetters(process.argv.slice(2), { env, stdout, stderr, clock: systemClock, signal })
})
