import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { readConsumerConfig } from './options.ts'

const groupId = z.object({ const: z.string() })
const documentSchema = z.object({
  info: z.object({ description: z.string() }),
  operations: z.object({
    countInteractions: z.object({
      description: z.string(),
      bindings: z.object({ kafka: z.object({ groupId }) }),
    }),
  }),
})
const file = new URL('../../../packages/events/schema/asyncapi.json', import.meta.url)

test('without settings of its own, the consumer is as the AsyncAPI document tells portals', () => {
  const { info, operations } = documentSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const { description, bindings } = operations.countInteractions
  const { consumer } = readConsumerConfig({
    KAFKA_BROKERS: 'localhost:9092',
    CLICKHOUSE_URL: 'http://localhost:8123',
    CLICKHOUSE_PASSWORD: 'password',
  })
  expect(bindings.kafka.groupId.const).toBe(consumer.group)
  expect(info.description).toContain(`within the next ${format(consumer.window_offsets)} offsets`)
  expect(consumer.breaker.share_max).toBe(0.5)
  expect(description).toContain(`more than half of the last ${format(consumer.breaker.offsets)} offsets`)
})

function format(whole: number): string {
  return whole.toLocaleString('en-US')
}
