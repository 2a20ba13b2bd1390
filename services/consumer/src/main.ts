import { availableParallelism } from 'node:os'

import { createProgram, logFailure, type Observed, runProgram, serveMetrics, wholeNumberIn } from '@caretally/runtime'

import { consumerEnvironment, readConsumerConfig } from './options.ts'
import { checkSurroundings, runConsumer } from './run-consumer.ts'
import { runWorkers, WORKERS_MAX } from './workers.ts'

const { workers } = createProgram('consumer', consumerEnvironment)
  .description('Writes the events of the topic to ClickHouse, each offset exactly once, until it gets SIGTERM.')
  .option(
    '--workers <n>',
    'members of the consumer group, each a process that fills a core; one a core by default',
    wholeNumberIn(1, WORKERS_MAX),
    Math.min(WORKERS_MAX, availableParallelism()),
  )
  .parse()
  .opts<{ workers: number }>()

await runProgram(async (signal) => {
  const { consumer, metrics: place } = readConsumerConfig(process.env)
  const { logger } = consumer
  const observe = place && ((observed: Observed) => serveMetrics(observed, { ...place, logger, signal }))
  await logFailure(logger, async () => {
    if (workers === 1) return await runConsumer({ ...consumer, ...(observe && { observe }) }, signal)
    await checkSurroundings(consumer) // one clear error, instead of one from each worker
    await runWorkers({ count: workers, logger, ...(observe && { observe }) }, signal)
  })
})
