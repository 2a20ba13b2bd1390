import { expect, test } from 'vitest'

import { readKafkaMetadata } from './kafka-metadata.ts'
import { type KafkaNode } from './kafka-node.ts'
import { startKafka } from './kafka-server.ts'
import { makeTestDirectory } from './servers.test-support.ts'

async function brokersAsSeenBy(node: KafkaNode | undefined): Promise<number[]> {
  return (await readKafkaMetadata(Number(node?.address.split(':')[1]))).brokers
}

test('a cluster of three goes on without any one of them, and takes it back', async () => {
  await using directory = await makeTestDirectory()
  await using kafka = await startKafka({ directory: directory.path, nodes: 3 })
  const [first, second, third] = kafka.nodes
  await expect.poll(async () => await brokersAsSeenBy(third), { timeout: 20_000 }).toEqual([1, 2, 3])
  await first?.kill()
  await expect.poll(async () => await brokersAsSeenBy(second), { timeout: 20_000 }).toEqual([2, 3])
  await first?.start()
  await expect.poll(async () => await brokersAsSeenBy(second), { timeout: 20_000 }).toEqual([1, 2, 3])
})
