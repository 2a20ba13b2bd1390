import { CaretallyError, retry, type RetryOptions, systemClock } from '@caretally/runtime'
import kafkajs, { type Admin } from 'kafkajs'

import { asForbidden } from './forbidden.ts'

export interface TopicSpec {
  topic: string
  partitions: number
  replicationFactor: number
  minInsyncReplicas: number
  retention_ms: number
}

/**
 * What the consumer relies on, whoever made the topic:
 * - `LogAppendTime`: a record's timestamp is the broker's, so that "in the future" is judged against the log and a replay
 *   judges the same; it also keeps retention from deleting events of past years at once.
 * - `lz4`: the broker stores every batch in the one codec that the consumer can read.
 * - `delete`: compaction would remove offsets from the middle of the log.
 */
const REQUIRED_CONFIG = {
  'message.timestamp.type': 'LogAppendTime',
  'compression.type': 'lz4',
  'cleanup.policy': 'delete',
} as const

/**
 * Makes the topic if it is not there. One that is there keeps its partitions, and is checked like any other. Resolves when
 * each partition has a leader that answers.
 *
 * @throws {CaretallyError} `topic_missing`, `topic_misconfigured` or `kafka_forbidden`
 */
export async function ensureTopic(admin: Admin, spec: TopicSpec): Promise<void> {
  const config = {
    ...REQUIRED_CONFIG,
    'min.insync.replicas': String(spec.minInsyncReplicas),
    'retention.ms': String(spec.retention_ms),
  }
  const request = {
    waitForLeaders: false, // kafkajs gives up when it asks a broker that has not heard of the topic
    topics: [
      {
        topic: spec.topic,
        numPartitions: spec.partitions,
        replicationFactor: spec.replicationFactor,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  }
  await admin.createTopics(request).catch((error: unknown) => {
    throw asForbidden(error) ?? error
  })
  await untilLed(admin, spec.topic)
}

/**
 * Gives a topic as many partitions as it lacks. Resolves when each has a leader that answers. A key then belongs to another
 * partition than before, so a repeat of an older event may miss the first one.
 *
 * @throws {CaretallyError} `partitions_fewer`, `partitions_missing` when it takes Kafka long, and those of {@link checkTopic}
 */
export async function growTopic(admin: Admin, topic: string, partitions: number): Promise<void> {
  const there = await checkTopic(admin, topic)
  if (there > partitions) {
    const message = `topic ${topic} has ${there} partitions, and Kafka takes none away: ${partitions} would be fewer`
    throw new CaretallyError('partitions_fewer', message, {
      hint: `set KAFKA_PARTITIONS to ${there} or more, or not at all`,
    })
  }
  if (there === partitions) return
  await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }).catch(async (error: unknown) => {
    if ((await checkTopic(admin, topic)) < partitions) throw asForbidden(error) ?? error // else somebody else has done it
  })
  await untilLed(admin, topic, partitions)
}

/** Resolves when the topic has so many partitions, or as many as it has, and each has a leader that answers. */
async function untilLed(admin: Admin, topic: string, partitions = 0): Promise<void> {
  await retry(async () => {
    if ((await checkTopic(admin, topic)) < partitions) {
      throw new CaretallyError('partitions_missing', `Kafka has not made the new partitions of topic ${topic} yet`, {
        hint: 'look at the brokers, and run the same command again',
      })
    }
    await admin.fetchTopicOffsets(topic) // which the leader of each partition answers
  }, UNTIL_KNOWN)
}

/** A new topic is known to the brokers, and led by one of them, a moment after it was made. About 30 s in all. */
const UNTIL_KNOWN: RetryOptions = {
  clock: systemClock,
  pace: { first_ms: 50, max_ms: 1_000 },
  shouldRetry: (error, attempt) => attempt < 40 && isNotKnownYet(error),
}

function isNotKnownYet(error: unknown): boolean {
  if (error instanceof CaretallyError) return error.code === 'topic_missing' || error.code === 'partitions_missing'
  return error instanceof kafkajs.KafkaJSProtocolError && NOT_KNOWN_YET.has(error.type)
}

const NOT_KNOWN_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'])

/**
 * The number of partitions of a topic that is as the consumer needs it.
 *
 * @throws {CaretallyError} `topic_missing`, `topic_misconfigured` or `kafka_forbidden`
 */
export async function checkTopic(admin: Admin, topic: string): Promise<number> {
  const topics = await admin.listTopics()
  const entries = await readTopicConfig(admin, topic, Object.keys(REQUIRED_CONFIG)).catch((error: unknown) => {
    const forbidden = asForbidden(error)
    if (forbidden) throw forbidden // whoever may not see a topic is told that there is none
    if (topics.includes(topic)) throw error
    throw new CaretallyError('topic_missing', `Kafka has no topic ${topic}`, { hint: 'make it with `npm run migrate`' })
  })
  for (const [name, value] of Object.entries(REQUIRED_CONFIG)) {
    if (entries.get(name) === value) continue
    throw new CaretallyError('topic_misconfigured', `topic ${topic} has ${name}=${entries.get(name)}, not ${value}`, {
      hint: 'change the topic’s configuration; packages/kafka/src/topics.ts says why it is needed',
    })
  }
  const metadata = await admin.fetchTopicMetadata({ topics: [topic] })
  return metadata.topics[0]?.partitions.length ?? 0
}

/** For how long Kafka keeps a record of the topic at most, in milliseconds; undefined when it keeps it without an end. */
export async function topicRetention_ms(admin: Admin, topic: string): Promise<number | undefined> {
  const retention_ms = Number((await readTopicConfig(admin, topic, ['retention.ms'])).get('retention.ms'))
  return retention_ms >= 0 ? retention_ms : undefined
}

async function readTopicConfig(admin: Admin, topic: string, names: string[]): Promise<Map<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: names }],
  })
  return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]))
}
