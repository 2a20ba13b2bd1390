import { once } from 'node:events'
import process from 'node:process'

import { runConsumer, type Step } from '@caretally/consumer'
import { NEXT_CONTRACT } from '@caretally/events/testing'
import { createLogger, logFailure, runProgram } from '@caretally/runtime'

import { type ConsumerUnderTest, FREEZE, LAUNCH_VARIABLE } from './consumer-process.ts'

// The consumer as the fault suite runs it: the product's own, which kills or freezes itself where it is told to.
const { options, kill, freeze, without, isLater } = JSON.parse(
  process.env[LAUNCH_VARIABLE] ?? '{}',
) as ConsumerUnderTest
const passed = new Map<Step, number>()
let mustFreeze = false
if (freeze) process.on('message', (message) => (mustFreeze = message === FREEZE))

await runProgram(async (signal) => {
  const logger = createLogger({ name: 'consumer', level: 'debug' })
  const consume = () =>
    runConsumer({ ...options, logger }, signal, {
      ...(without && { without }),
      ...(isLater && { contract: NEXT_CONTRACT }),
      reached: async (step) => {
        const pass = (passed.get(step) ?? 0) + 1
        passed.set(step, pass)
        if (step === kill?.after && pass === kill.pass) process.kill(process.pid, 'SIGKILL')
        if (mustFreeze && step === freeze?.after) await freezeHere()
      },
    })
  await logFailure(logger, consume)
})

async function freezeHere(): Promise<void> {
  mustFreeze = false
  const told = once(process, 'message')
  await new Promise((resolve) => process.send?.('frozen', resolve))
  process.kill(process.pid, 'SIGSTOP')
  await told
}
