import { type createKafka, type Publisher, recordBytes } from '@caretally/kafka'

import type { PublishHealth } from './publish-health.ts'
import type { PublishMeter } from './publish-meter.ts'

type Kafka = ReturnType<typeof createKafka>

/** Who is told of what is published. */
export interface PublishWatch {
  health: PublishHealth
  meter: PublishMeter
}

/** The same client, whose producers tell of each send. */
export function watchSends(kafka: Kafka, { health, meter }: PublishWatch): Kafka {
  const producer: Kafka['producer'] = (config) => {
    const producer = kafka.producer(config)
    return {
      ...producer,
      async send(record) {
        const start_ms = performance.now()
        try {
          const metadata = await producer.send(record)
          health.acknowledged()
          meter.acknowledged(performance.now() - start_ms)
          return metadata
        } catch (error) {
          health.failed(error)
          meter.failed()
          throw error
        }
      },
    }
  }
  return new Proxy(kafka, { get: (of, name) => (name === 'producer' ? producer : Reflect.get(of, name)) })
}

/** The same publisher, which tells how much is on its way. */
export function watchPublisher(publisher: Publisher, { health, meter }: PublishWatch): Publisher {
  return {
    ...publisher,
    async publish(records, onAcknowledged) {
      using _ = health.begin()
      let left_bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
      const settle = (bytes: number) => {
        left_bytes -= bytes
        meter.outstanding(-bytes)
      }
      meter.outstanding(left_bytes)
      try {
        await publisher.publish(records, (acknowledgement) => {
          settle(acknowledgement.records.reduce((sum, record) => sum + recordBytes(record), 0))
          onAcknowledged?.(acknowledgement)
        })
      } finally {
        settle(left_bytes)
      }
    },
    async publishBatch(partition, batch) {
      using _ = health.begin()
      meter.outstanding(batch.bytes)
      try {
        return await publisher.publishBatch(partition, batch)
      } finally {
        meter.outstanding(-batch.bytes)
      }
    },
  }
}
