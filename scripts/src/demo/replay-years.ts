import { randomBytes } from 'node:crypto'

import { createPublishingKafka, openPublisher } from '@caretally/kafka'
import { countPlanned, createPlan, datesBetween, kaiserScenario, replay, type Tally } from '@caretally/producers'
import { type Logger, systemClock } from '@caretally/runtime'

import { Progress } from '../progress.ts'
import type { ChildProgram } from '../child-program.ts'
import { watchDrain } from '../drain.ts'

interface ReplayYearsOptions {
  brokers: string[]
  topic: string
  group: string
  timeZone: string
  scale: number
  seed: number
  consumer: Pick<ChildProgram, 'failed'>
  logger: Logger
  signal: AbortSignal
}

export interface ReplayedYears {
  /** What Kafka has acknowledged, by day, kind, channel and region. */
  tally: Tally
  /** `drain` is the time from the last acknowledgement until the last offset is written. */
  seconds: { produce: number; drain: number }
}

const CLIENT_ID = 'caretally-demo'
const PSEUDONYM_KEY_BYTES = 32

/** Publishes both years and waits until the consumer has written the last offset, with a progress bar for each. */
export async function replayYears(options: ReplayYearsOptions): Promise<ReplayedYears> {
  const { brokers, topic, group, timeZone, scale, seed, consumer, logger, signal } = options
  const kafka = createPublishingKafka({ brokers, clientId: CLIENT_ID, logger })
  const plan = createPlan({ scenario: kaiserScenario, scale, seed, timeZone })
  const planned = countPlanned(plan, datesBetween(plan.from, plan.to))
  using progress = new Progress()
  const produced = progress.add('produced', planned)
  const written = progress.add('written', planned)
  const admin = kafka.admin()
  await admin.connect()
  try {
    await using publisher = await openPublisher({ kafka, topic, logger, signal })
    const start_ms = systemClock.now()
    let end_ms: number | undefined
    const drained = watchDrain(() => end_ms !== undefined, {
      admin,
      group,
      topic,
      onProgress: written.set,
      clock: systemClock,
      signal,
    })
    drained.catch(() => undefined) // awaited below, once everything is produced
    const replayed = replay({
      plan,
      publisher,
      pseudonymKey: { version: 1, secret: randomBytes(PSEUDONYM_KEY_BYTES) },
      onProgress: ({ acknowledged }) => produced.set(acknowledged),
      signal,
    })
    const tally = await Promise.race([replayed, consumer.failed])
    end_ms = systemClock.now()
    await Promise.race([drained, consumer.failed])
    const drained_ms = systemClock.now()
    return { tally, seconds: { produce: (end_ms - start_ms) / 1_000, drain: (drained_ms - end_ms) / 1_000 } }
  } finally {
    await admin.disconnect()
  }
}
