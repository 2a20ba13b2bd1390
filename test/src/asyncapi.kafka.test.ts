import { readFile } from 'node:fs/promises'

import { TOPIC } from '@caretally/kafka'
import { createTestTopic, type TestTopic } from '@caretally/kafka/testing'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const kafka = z.object({ topic: z.string(), topicConfiguration: z.record(z.string(), z.unknown()) })
const documentSchema = z.object({
  channels: z.object({ interactions: z.object({ bindings: z.object({ kafka }) }) }),
})
const file = new URL('../../packages/events/schema/asyncapi.json', import.meta.url)
const { topic, topicConfiguration } = documentSchema.parse(JSON.parse(await readFile(file, 'utf8'))).channels
  .interactions.bindings.kafka

/** These are `infra/kafka/topics.json`'s, and the topic of a test has its own. */
const OF_THE_PLACE = new Set(['min.insync.replicas', 'retention.ms'])

test('the AsyncAPI document names the topic of the programs, and the configuration that it is made with', async () => {
  expect(topic).toBe(TOPIC)
  const entries = Object.entries(topicConfiguration).filter(([name]) => !OF_THE_PLACE.has(name))
  const documented = new Map(entries.map(([name, value]) => [name, String(value)]))
  await using made = await createTestTopic({ partitions: 1 })
  expect(await readConfiguration(made, [...documented.keys()])).toStrictEqual(documented)
})

/** What the broker says of a topic, by the names that are asked for. */
async function readConfiguration({ kafka, topic }: TestTopic, configNames: string[]): Promise<Map<string, string>> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames }],
    })
    const entries = resources[0]?.configEntries ?? []
    const names = new Set(configNames)
    return new Map(
      entries
        .filter(({ configName }) => names.has(configName))
        .map(({ configName, configValue }) => [configName, configValue]),
    )
  } finally {
    await admin.disconnect()
  }
}
