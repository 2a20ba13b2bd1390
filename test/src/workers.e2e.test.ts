import { createTestDatabase } from '@caretally/clickhouse/testing'
import { choosePort } from '@caretally/infra'
import { openPublisher } from '@caretally/kafka'
import { createTestTopic } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { processesWith } from './processes.ts'
import { clickhouseVariables, kafkaVariables } from './program-environment.ts'
import { startProgram } from './run-program.ts'
import { someLogin } from './some-login.ts'
import { CONSUMER } from './programs.ts'

const WORKER = 'services/consumer/dist/worker-main.js'
const WAIT = { timeout: 30_000, interval: 100 }
const EVENTS = 2_000

/** The program with two workers, on a topic of four partitions. */
async function openWorkers() {
  const topic = await createTestTopic({ partitions: 4 })
  const database = await createTestDatabase()
  const port = await choosePort(undefined, 'METRICS_PORT')
  const program = startProgram(CONSUMER, ['--workers', '2'], {
    ...kafkaVariables(topic),
    ...clickhouseVariables(database.connection),
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
  await publisher.publish(Array.from({ length: EVENTS }, someLogin))

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
