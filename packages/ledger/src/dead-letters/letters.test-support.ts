import { type ClickHouseClient, deadLettersBlock, insertBlock } from '@caretally/clickhouse'
import { encodeEvent, type InteractionEvent } from '@caretally/events'
import type { Header } from '@caretally/kafka'
import { countRecords } from '@caretally/kafka/testing'
import type { Kafka } from 'kafkajs'
import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'

export const SUBJECT = '00112233445566778899aabbccddeeff'

export function login(overrides: Partial<Pick<InteractionEvent, 'id' | 'source' | 'time'>> = {}): InteractionEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/portal/test',
    type: 'org.caretally.login.v1',
    time: '2016-06-01T12:00:00Z',
    subject: SUBJECT,
    datacontenttype: 'application/json',
    data: { channel: 'web', region: 'CA', method: 'password' },
    ...overrides,
  }
}

export interface TestLetter {
  key: Buffer | null
  value: Buffer | null
  headers: Header[]
  reason: string
  appended_ms: number
}

/** A letter with a sound event, as another version of the contract might have refused it. */
export function soundLetter(overrides: Partial<TestLetter> = {}): TestLetter {
  return {
    key: Buffer.from(SUBJECT),
    value: encodeEvent(login()),
    headers: [],
    reason: 'unknown_type',
    appended_ms: Date.UTC(2016, 5, 1, 12),
    ...overrides,
  }
}

/** Puts letters where the consumer puts them, from an offset of a partition on. */
export async function insertLetters(
  client: ClickHouseClient,
  letters: readonly TestLetter[],
  { partition = 0, first = 0 } = {},
): Promise<void> {
  const block = deadLettersBlock()
  for (const [index, letter] of letters.entries()) block.append({ ...letter, detail: '' }, partition, first + index)
  const { table, columns, rows } = block
  const token = `test|${partition}|${first}|${first + rows - 1}|v1`
  await insertBlock(client, { table, columns, rows, block: block.encode(), token })
}

/** The status of each letter by its ID. */
export async function readStatuses(client: ClickHouseClient): Promise<Record<string, string>> {
  const response = await client.query({
    query: `SELECT concat(toString(kafka_partition), ':', toString(kafka_offset)) AS id, status FROM dead_letter_states`,
    format: 'JSONEachRow',
  })
  const rows = await response.json<{ id: string; status: string }>()
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]))
}

export interface StoredRecord {
  partition: number
  key: Buffer | null
  value: Buffer | null
  headers: unknown
}

/** All records of a topic, each partition's in their order. */
export async function readTopic({ kafka, topic }: { kafka: Kafka; topic: string }): Promise<StoredRecord[]> {
  const count = await countRecords({ kafka, topic })
  if (count === 0) return []
  const records: StoredRecord[] = []
  const consumer = kafka.consumer({ groupId: `${topic}.${randomUUID()}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { key, value, headers } }) => {
      records.push({ partition, key, value, headers })
    },
  })
  await vi.waitFor(() => expect(records.length).toBeGreaterThanOrEqual(count), 20_000)
  await consumer.disconnect()
  return records
}
