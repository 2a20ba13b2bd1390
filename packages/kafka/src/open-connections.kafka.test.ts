import process from 'node:process'

import { createLogger } from '@caretally/runtime'
import type { RetryOptions } from 'kafkajs'
import { expect, inject, test, vi } from 'vitest'

import { createKafka } from './client.ts'
import { openConnections } from './open-connections.ts'

const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

/** A client of the test run's broker, and its connections. */
function openClient(options: { retry?: RetryOptions } = {}) {
  const connections = openConnections()
  const kafka = createKafka({
    brokers: inject('kafka').brokers,
    clientId: 'caretally-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
    socketFactory: connections.socketFactory,
    ...options,
  })
  return { connections, admin: kafka.admin() }
}

test('what kafkajs has not disconnected is cut when the connections are disposed of', async () => {
  const { connections, admin } = openClient()
  const before = countSockets()
  await admin.connect()
  await admin.describeCluster()
  expect(countSockets()).toBeGreaterThan(before)

  connections[Symbol.dispose]()

  await vi.waitFor(() => expect(countSockets()).toBe(before))
})

test('a client that connects after its connections are disposed of gets an error', async () => {
  const { connections, admin } = openClient({ retry: { retries: 0 } })
  connections[Symbol.dispose]()

  await expect(admin.connect()).rejects.toThrow('the client is closed')
})
