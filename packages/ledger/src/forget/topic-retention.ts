import kafkajs, { type Admin } from 'kafkajs'

const DAY_MS = 86_400_000

/** For how many days Kafka keeps a record of the topic at most, rounded up; undefined when it keeps it without an end. */
export async function topicRetention(admin: Admin, topic: string): Promise<number | undefined> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
  })
  const retention_ms = Number(
    resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms')?.configValue,
  )
  return retention_ms >= 0 ? Math.ceil(retention_ms / DAY_MS) : undefined
}
