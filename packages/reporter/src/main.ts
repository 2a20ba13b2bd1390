import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runReport } from './command-line.ts'

await runProgram(() => {
  const { env, stdout, stderr } = process
  return runReport(process.argv.slice(2), { env, stdout, stderr, clock: systemClock })
})
