import { logFailure, runProgram } from '@caretally/runtime'

import { readConsumerConfig } from './options.ts'
import { type ConsumerOptions, runConsumer } from './run-consumer.ts'
import { answerQuestions } from './worker-questions.ts'

// One member of the group, started by `runWorkers`, and ended with it.
await runProgram(async (signal) => {
  const { consumer, metrics: place } = readConsumerConfig(process.env)
  const observe: ConsumerOptions['observe'] = place && (async ({ metrics, health }) => answerQuestions(metrics, health))
  await logFailure(consumer.logger, () => runConsumer({ ...consumer, ...(observe && { observe }) }, signal))
})
