import { userInfo } from 'node:os'
import process from 'node:process'

import { runProgram, systemClock } from '@caretally/runtime'

import { runForget } from './forget/command-line.ts'

await runProgram((signal) => {
  const { env, stdin, stdout, stderr } = process
  const user = userInfo().username
  return runForget(process.argv.slice(2), { env, stdin, stdout, stderr, clock: systemClock, signal, user })
})
