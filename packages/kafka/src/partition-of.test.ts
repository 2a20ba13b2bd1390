import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'

import { partitionOf } from './partition-of.ts'

const choosePartition = kafkajs.Partitioners.DefaultPartitioner()

function partitionByKafkajs(key: string | Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [0],
    isr: [0],
  }))
  return choosePartition({ topic: 'any', partitionMetadata, message: { key, value: null } })
}

test('every key goes to the partition that kafkajs and the Java client choose', () => {
  const anyKey = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.uuid().map((uuid) => uuid.replaceAll('-', '')),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  )
  fc.assert(
    fc.property(anyKey, fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      expect(partitionOf(key, partitions)).toBe(partitionByKafkajs(key, partitions))
    }),
    { numRuns: 1_000 },
  )
})

test('the hash is the one of Kafka’s own tests', () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2, without the sign, over 2^31 - 1 partitions.
  const expected = new Map([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])
  for (const [key, hash] of expected) {
    expect(partitionOf(key, 2 ** 31)).toBe(hash & 0x7fff_ffff)
  }
})
