import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

import { createTestDatabase } from '@caretally/clickhouse/testing'
import { encodeEvent } from '@caretally/events'
import { openPublisher } from '@caretally/kafka'
import { createTestTopic } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { processesWith } from './processes.ts'
import { startProgram } from './run-program.ts'

const CONSUMER = 'services/consumer/dist/main.js'
const WORKER = 'services/consumer/dist/worker-main.js'
const WAIT = { timeout: 30_000, interval: 100 }
const EVENTS = 2_000

function someEvent() {
  const subject = randomUUID().replaceAll('-', '')
  const value = encodeEvent({
    specversion: '1.0',
    id: randomUUID(),
    source: '/portal/test',
    type: 'org.caretally.login.v1',
    time: '2016-03-01T12:00:00.000Z',
    subject,
    datacontenttype: 'application/json',
    data: { channel: 'web', region: 'CA', method: 'password' },
  })
  return { key: subject, value }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The program with two workers, on a topic of four partitions. */
async function openWorkers() {
  const topic = await createTestTopic({ partitions: 4 })
  const database = await createTestDatabase()
  const { url, username, password } = database.connection
  const port = await freePort()
  const program = startProgram(CONSUMER, ['--workers', '2'], {
    KAFKA_BROKERS: topic.brokers.join(','),
    KAFKA_TOPIC: topic.topic,
    KAFKA_GROUP: topic.topic,
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    CLICKHOUSE_DATABASE: database.database,
    METRICS_PORT: String(port),
  })
  const admin = topic.kafka.admin()
  await admin.connect()
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`)
    return `${response.status} ${await response.text()}`
  }
  return {
    program,
    topic,
    get,
    hasTwoMembers: async (): Promise<boolean> => {
      const [group] = (await admin.describeGroups([topic.topic])).groups
      return group?.state === 'Stable' && group.members.length === 2
    },
    /** The processes of the workers that this program has started. */
    async workers(): Promise<number[]> {
      const processes = await processesWith(WORKER)
      return processes.filter(({ parent }) => parent === program.child.pid).map(({ pid }) => pid)
    },
    async [Symbol.asyncDispose]() {
      program.child.kill('SIGTERM')
      await program.ended
      await admin.disconnect()
      await database[Symbol.asyncDispose]()
      await topic[Symbol.asyncDispose]()
    },
  }
}

test('several workers share the partitions, are watched as one, and end with the program', async () => {
  await using consumer = await openWorkers()
  await expect.poll(consumer.hasTwoMembers, WAIT).toBe(true)
  await using publisher = await openPublisher({
    kafka: consumer.topic.kafka,
    topic: consumer.topic.topic,
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  await publisher.publish(Array.from({ length: EVENTS }, someEvent))

  await expect
    .poll(() => consumer.get('metrics'), WAIT)
    .toContain(`caretally_consumer_offsets_total{outcome="accepted"} ${EVENTS}\n`)
  expect(await consumer.get('livez')).toBe('200 ok\n')
  expect(await consumer.get('readyz')).toBe('200 ok\n')
  const workers = await consumer.workers()
  expect(workers).toHaveLength(2)
  consumer.program.child.kill('SIGTERM')
  expect((await consumer.program.ended).status).toBe(0)
  expect(await consumer.workers()).toEqual([])
})

test('a worker that is killed takes the program down, with one clear line and no worker left', async () => {
  await using consumer = await openWorkers()
  await expect.poll(consumer.hasTwoMembers, WAIT).toBe(true)
  const [first] = await consumer.workers()
  process.kill(first!, 'SIGKILL')
  const { status, stderr } = await consumer.program.ended
  expect(status).toBe(1)
  expect(stderr).toContain('caretally: a worker ended by itself (SIGKILL)')
  expect(await consumer.workers()).toEqual([])
})

test('workers do not outlive a program that was killed', async () => {
  await using consumer = await openWorkers()
  await expect.poll(consumer.hasTwoMembers, WAIT).toBe(true)
  const workers = await consumer.workers()
  consumer.program.child.kill('SIGKILL')
  await consumer.program.ended
  const isLeft = async () => (await processesWith(WORKER)).some(({ pid }) => workers.includes(pid))
  await expect.poll(isLeft, WAIT).toBe(false)
})
