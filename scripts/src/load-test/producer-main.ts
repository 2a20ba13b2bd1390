import process from 'node:process'

import { createPublishingKafka, openPublisher } from '@caretally/kafka'
import { createLoadStream, LoadCount, type LoadRecord } from '@caretally/producers'
import { createLogger, runProgram, systemClock } from '@caretally/runtime'

import { type Acknowledged, type ProducerMessage, ProducerTask } from './producer-messages.ts'
import { publishAtRate, publishFast } from './publish-load.ts'
import { repeat } from './repeat.ts'

/** The producers of a load test, as a process of their own: publishes a stream, and tells what Kafka has acknowledged. */
const { brokers, topic, rate_per_second, stream } = ProducerTask.parse(JSON.parse(process.argv[2] ?? ''))
const TELL_EVERY_MS = 100

await runProgram(async (signal) => {
  const count = new LoadCount()
  let steps: Acknowledged[] = []
  const onAcknowledged = (records: readonly LoadRecord[]) => {
    for (const record of records) count.add(record)
    steps.push([systemClock.now(), count.sent, count.accepted.total])
  }
  const teller = repeat(
    async () => {
      if (steps.length > 0) tell({ type: 'acknowledged', steps })
      steps = []
    },
    { every_ms: TELL_EVERY_MS, clock: systemClock, signal },
  )

  const logger = createLogger({ name: 'load-test', level: 'warn' })
  const kafka = createPublishingKafka({ brokers, clientId: 'caretally-load-test', logger })
  {
    await using publisher = await openPublisher({ kafka, topic, logger, signal })
    const options = { publisher, stream: createLoadStream(stream), onAcknowledged, signal }
    await (rate_per_second === undefined ? publishFast(options) : publishAtRate(rate_per_second, systemClock, options))
  }
  await teller.stop()
  tell({ type: 'done', truth: count, ...used() })
})

function tell(message: ProducerMessage): void {
  if (process.connected) process.send?.(message)
}

/** The processor time and the most memory of this process so far. */
function used(): { cpu_ms: number; peak_bytes: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpu_ms: (userCPUTime + systemCPUTime) / 1_000, peak_bytes: maxRSS * 1024 }
}
