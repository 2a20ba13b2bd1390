import { randomBytes } from 'node:crypto'

import { createKafka, openPublisher } from '@caretally/kafka'
import { replay, type Tally } from '@caretally/producers'
import { CaretallyError } from '@caretally/runtime'

import { Progress } from '../progress.ts'
import { setUpTopic } from '../set-up.ts'
import type { BenchRun } from './bench-run.ts'
import { openLog } from './log-end.ts'

const PSEUDONYM_KEY_BYTES = 32

/**
 * Fills a new topic with the chosen events, each once, and resolves to their tally.
 *
 * @throws {CaretallyError} `bench_repeats` when the log holds an event twice, which would count twice in one contender only
 */
export async function prefill(
  topic: string,
  { servers, plan, from, to, events, logger, signal }: BenchRun,
): Promise<Tally> {
  const { brokers } = servers.kafka
  await setUpTopic({ brokers, topic, logger })
  const kafka = createKafka({ brokers, clientId: 'caretally-bench', logger })
  using progress = new Progress()
  const bar = progress.add('prefill', events)
  await using publisher = await openPublisher({ kafka, topic, logger, signal })
  const tally = await replay({
    plan,
    from,
    to,
    publisher,
    pseudonymKey: { version: 1, secret: randomBytes(PSEUDONYM_KEY_BYTES) },
    onProgress: ({ acknowledged }) => bar.set(acknowledged),
    signal,
  })
  await using log = await openLog(kafka, topic)
  const records = await log.count()
  if (records === events) return tally
  throw new CaretallyError('bench_repeats', `the log holds ${records} records of ${events} events`, {
    hint: 'a send was repeated; run the bench again',
    retriable: true,
  })
}
