import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runDeadLetters } from './dead-letters/command-line.ts'

await runProgram((signal) => {
  const { env, stdout, stderr } = process
  return runDeadLetters(process.argv.slice(2), { env, stdout, stderr, clock: systemClock, signal })
})
