import { runProgram } from '@caretally/runtime'

import { readConsumerConfig } from './options.ts'
import { runConsumer } from './run-consumer.ts'
import { answerQuestions } from './worker-questions.ts'

// One member of the group, started by `runWorkers`, and ended with it.
await runProgram(async (signal) => {
  const { consumer } = readConsumerConfig(process.env)
  await runConsumer({ ...consumer, observe: async ({ metrics, health }) => answerQuestions(metrics, health) }, signal)
})
