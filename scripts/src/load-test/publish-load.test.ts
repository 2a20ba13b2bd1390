import type { Publisher } from '@caretally/kafka'
import { createLoadStream } from '@caretally/producers'
import type { Clock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { publishAtRate, publishFast } from './publish-load.ts'

const { signal } = new AbortController()

function streamOf(records: number) {
  return createLoadStream({ records, seed: 1, timeZone: 'UTC', from_ms: 1e12, to_ms: 1e12 + 1, duplicates_percent: 10 })
}

/** A publisher that acknowledges everything after `cost_ms` of the clock's time, and the clock. */
function createWorld(cost_ms: number) {
  let now_ms = 0
  const blocks: { at_ms: number; records: number }[] = []
  const clock: Clock = {
    now: () => now_ms,
    sleep: async (ms) => {
      now_ms += ms
    },
  }
  const publisher: Pick<Publisher, 'partitions' | 'publish'> = {
    partitions: 4,
    async publish(records, onAcknowledged) {
      blocks.push({ at_ms: now_ms, records: records.length })
      now_ms += cost_ms
      onAcknowledged?.({ partition: 0, baseOffset: '0', records })
    },
  }
  return { clock, publisher, blocks }
}

test('as fast as it goes, every record is published and told of once', async () => {
  const { publisher, blocks } = createWorld(0)
  let acknowledged = 0
  const onAcknowledged = ({ length }: { length: number }) => (acknowledged += length)
  await publishFast({ publisher, stream: streamOf(10_001), onAcknowledged, signal })
  expect(acknowledged).toBe(10_001)
  expect(Math.max(...blocks.map(({ records }) => records))).toBe(3_600)
})

test('at a rate, records are published as they become due, to the last one', async () => {
  const { clock, publisher, blocks } = createWorld(0)
  const options = { publisher, stream: streamOf(1_000), onAcknowledged: () => undefined, signal }
  await publishAtRate(100, clock, options)
  let published = 0
  for (const { at_ms, records } of blocks) {
    published += records
    expect(published).toBe(Math.floor(at_ms / 10))
  }
  expect(published).toBe(1_000)
})

test('what could not be published in time is made up for', async () => {
  const { clock, publisher, blocks } = createWorld(700)
  const options = { publisher, stream: streamOf(50_000), onAcknowledged: () => undefined, signal }
  await publishAtRate(10_000, clock, options)
  expect(blocks.reduce((sum, { records }) => sum + records, 0)).toBe(50_000)
  expect(clock.now()).toBeLessThan(7_000)
})

test('a publisher that fails ends it with the failure', async () => {
  const publisher = { partitions: 1, publish: () => Promise.reject(new Error('no more room')) }
  const options = { publisher, stream: streamOf(10_000), onAcknowledged: () => undefined, signal }
  await expect(publishFast(options)).rejects.toThrow('no more room')
})
