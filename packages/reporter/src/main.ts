import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runReport } from './command-line.ts'

// Whoever reads a pipe may stop before its end: `npm run report … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

await runProgram(() => {
  const { env, stdout, stderr } = process
  return runReport(process.argv.slice(2), { env, stdout, stderr, clock: systemClock })
})
