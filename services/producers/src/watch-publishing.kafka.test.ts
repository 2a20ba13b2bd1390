import { openPublisher, recordBytes } from '@caretally/kafka'
import { createTestTopic, openProxy } from '@caretally/kafka/testing'
import { createLogger, createMetrics, systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { PublishHealth } from './publish-health.ts'
import { createPublishMeter } from './publish-meter.ts'
import { watchPublishing } from './watch-publishing.ts'

const WAIT = { timeout: 20_000, interval: 20 }

test('each send and what waits for it is told, also when Kafka does not take it and when it does again', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  await using proxy = await openProxy(place.brokers[0]!)
  const metrics = createMetrics('producers')
  const meter = createPublishMeter(metrics, { acknowledged: () => 0 })
  const health = new PublishHealth(systemClock)
  const watch = watchPublishing(health, meter)
  const read = async (name: string) => {
    const [, value] = new RegExp(`^caretally_producers_${name} (.*)$`, 'm').exec(await metrics.render()) ?? []
    return Number(value)
  }
  const records = Array.from({ length: 100 }, (_, index) => ({ key: `key ${index}`, value: Buffer.from('value') }))
  const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
  const logger = createLogger({ name: 'test', level: 'silent' })
  await using publisher = await openPublisher({ kafka: proxy.kafka, topic: place.topic, logger, watch })

  await publisher.publish(records)
  expect(await read('send_seconds_count')).toBe(2) // one a partition
  expect(await read('outstanding_bytes')).toBe(0)

  proxy.refuseConnections()
  const published = publisher.publish(records)
  await expect.poll(() => read('send_failures_total'), WAIT).toBeGreaterThan(0)
  expect(health.whyNotReady()).toMatch(/^Kafka has not taken a batch: KafkaJS\w+$/)
  expect(await read('outstanding_bytes')).toBe(bytes)
  expect(await read('send_seconds_count')).toBe(2)

  proxy.acceptConnections()
  await published
  expect(health.whyNotReady()).toBeUndefined()
  expect(await read('send_seconds_count')).toBe(4)
  expect(await read('outstanding_bytes')).toBe(0)
})
