import path from 'node:path'

import type { BenchRun } from '../bench-run.ts'
import type { Sender } from './sender.ts'

/**
 * Under which the tool is fastest with records as small as ours; the figures are in docs/performance.md. It is as safe as ours:
 * every record is acknowledged by all in-sync replicas and is in the log once.
 */
const PROPERTIES: Readonly<Record<string, string | number>> = {
  acks: 'all',
  'enable.idempotence': 'true',
  'compression.type': 'lz4',
  'batch.size': 131_072,
  'linger.ms': 10,
  'buffer.memory': 67_108_864,
}

/** Kafka's own benchmark of its Java client: it draws its records from `payloadFile` and does nothing besides sending them. */
export function performanceTool({ events }: Pick<BenchRun, 'events'>, jars: string, payloadFile: string): Sender {
  return {
    name: 'performanceTool',
    command: (brokers, topic) => ({
      command: 'java',
      args: [
        '-cp',
        path.join(jars, '*'),
        'org.apache.kafka.tools.ProducerPerformance',
        `--bootstrap-server=${brokers.join(',')}`,
        `--topic=${topic}`,
        `--num-records=${events}`,
        '--throughput=-1',
        `--payload-file=${payloadFile}`,
        '--command-property',
        ...Object.entries(PROPERTIES).map(([name, value]) => `${name}=${value}`),
      ],
      env: {},
    }),
  }
}
