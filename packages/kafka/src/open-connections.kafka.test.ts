import process from 'node:process'

import { createLogger } from '@caretally/runtime'
import { expect, inject, test, vi } from 'vitest'

import { createKafka } from './client.ts'
import { openConnections } from './open-connections.ts'

const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

test('what kafkajs has not disconnected is cut when the connections are disposed of', async () => {
  const { brokers } = inject('kafka')
  const connections = openConnections()
  const kafka = createKafka({
    brokers,
    clientId: 'caretally-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
    socketFactory: connections.socketFactory,
  })
  const admin = kafka.admin()
  const before = countSockets()
  await admin.connect()
  await admin.describeCluster()
  expect(countSockets()).toBeGreaterThan(before)

  connections[Symbol.dispose]()

  await vi.waitFor(() => expect(countSockets()).toBe(before))
})

test('a client that connects after its connections are disposed of gets an error', async () => {
  const { brokers } = inject('kafka')
  const connections = openConnections()
  const kafka = createKafka({
    brokers,
    clientId: 'caretally-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
    retry: { retries: 0 },
    socketFactory: connections.socketFactory,
  })
  connections[Symbol.dispose]()

  await expect(kafka.admin().connect()).rejects.toThrow('the client is closed')
})
