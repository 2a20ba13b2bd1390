import { type Block, deadLettersBlock, duplicatesBlock, insertBlock, type InteractionRow } from '@caretally/clickhouse'
import { createTestDatabase, insertInteractions, sampleInteraction } from '@caretally/clickhouse/testing'
import { CLOSED_METADATA } from '@caretally/kafka'
import { createTestTopic, joinGroup } from '@caretally/kafka/testing'
import kafkajs from 'kafkajs'
import { randomUUID } from 'node:crypto'

export const timeZone = 'America/Los_Angeles'

/** In Los Angeles. */
export const DAY = '2016-02-29'
export const NEXT_DAY = '2016-03-01'
export const onDay = (overrides: Partial<InteractionRow> = {}) =>
  sampleInteraction({ time_ms: Date.parse(`${DAY}T20:00:00Z`), ...overrides })
export const onNextDay = () =>
  sampleInteraction({ time_ms: Date.parse(`${NEXT_DAY}T20:00:00Z`), kind: 'refill', quantity: 3 })

/** A topic and a database of the test's own, and what a consumer would have done to both. */
export async function openLedger({ partitions = 1 } = {}) {
  const place = await createTestTopic({ partitions })
  const { client, connection, ...database } = await createTestDatabase({ timeZone })
  const admin = place.kafka.admin()
  await admin.connect()
  const group = place.topic
  const member = await joinGroup(place)
  const options = { kafkaAdmin: admin, clickhouse: client, group, topic: place.topic, timeZone }

  const insert = async <Row extends unknown[]>(
    { table, columns, rows, encode }: Block<Row>,
    token: string = randomUUID(),
  ) => insertBlock(client, { table, columns, rows, block: encode(), token })
  return {
    client,
    options,
    env: {
      KAFKA_BROKERS: place.brokers.join(','),
      KAFKA_TOPIC: place.topic,
      KAFKA_GROUP: group,
      CLICKHOUSE_URL: connection.url,
      CLICKHOUSE_USER: connection.username,
      CLICKHOUSE_PASSWORD: connection.password,
      CLICKHOUSE_DATABASE: connection.database,
      REPORTING_TIME_ZONE: timeZone,
    },
    accept: (interactions: readonly InteractionRow[], first: number, partition = 0) =>
      insertInteractions(client, interactions, { partition, first, token: randomUUID() }),
    drop: async ({ id, source }: InteractionRow, offset: number, firstOffset: number, token?: string) => {
      const block = duplicatesBlock()
      block.append({ id, source, firstOffset }, 0, offset)
      await insert(block, token)
    },
    setAside: async (offset: number, partition = 0) => {
      const block = deadLettersBlock()
      const record = { key: null, value: null, headers: [], appended_ms: 0, reason: 'tombstone', detail: '' }
      block.append(record, partition, offset)
      await insert(block)
    },
    commit: (next: number, { partition = 0, metadata = CLOSED_METADATA } = {}) =>
      member.commit(partition, next, metadata),
    /** Puts so many records, which are no events, into a partition of the topic. */
    publish: async (partition: number, count: number) => {
      const producer = place.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
      await producer.connect()
      const messages = Array.from({ length: count }, () => ({ partition, value: 'x' }))
      await producer.send({ topic: place.topic, messages })
      await producer.disconnect()
    },
    /** The one member of the group leaves it. */
    leave: () => member.leave(),
    sql: async (query: string): Promise<void> => {
      await client.command({ query, clickhouse_settings: { mutations_sync: '2' } })
    },
    count: async (query: string) => {
      const response = await client.query({ query: `SELECT toString(${query}) AS value`, format: 'JSONEachRow' })
      const [row] = await response.json<{ value: string }>()
      return Number(row?.value)
    },
    async [Symbol.asyncDispose]() {
      await member.leave()
      await admin.disconnect()
      await database[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}
