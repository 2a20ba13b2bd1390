import { availableParallelism } from 'node:os'

import { rootPath } from '../../root.ts'
import { TIME_ZONE } from '../bench-run.ts'
import type { ChosenEvents } from '../choose-events.ts'
import type { Sender } from './sender.ts'

/** Our producers as an operator runs them who has no time to lose: a worker for each core; they make the events, encode them, and send each to its key's partition. */
export function ourProducers({ plan, from, to }: ChosenEvents, key: Uint8Array): Sender {
  return {
    name: 'caretally',
    command: (brokers, topic) => ({
      command: process.execPath,
      args: [
        rootPath('services/producers/dist/main.js'),
        'replay',
        `--scale=${plan.scale}`,
        `--seed=${plan.seed}`,
        `--from=${from}`,
        `--to=${to}`,
        `--workers=${availableParallelism()}`,
      ],
      env: {
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_TOPIC: topic,
        MEMBER_PSEUDONYM_KEY: Buffer.from(key).toString('hex'),
        REPORTING_TIME_ZONE: TIME_ZONE,
        LOG_LEVEL: 'warn',
      },
    }),
  }
}
