import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runRealign } from './realign/command-line.ts'

await runProgram((signal) => {
  const { env, stdout, stderr } = process
  return runRealign(process.argv.slice(2), { env, stdout, stderr, clock: systemClock, signal })
})
