import { afterEach, beforeEach, expect, test } from 'vitest'

import { pendingMetadata } from '@caretally/kafka'
import { systemClock } from '@caretally/runtime'

import { onDay, openLedger } from '../reconcile/ledger.test-support.ts'
import { runRealign } from './command-line.ts'

let ledger: Awaited<ReturnType<typeof openLedger>>
beforeEach(async () => {
  ledger = await openLedger({ partitions: 3 })
})
afterEach(async () => {
  await ledger[Symbol.asyncDispose]()
})

async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (to: 'stdout' | 'stderr') => ({
    write: (content: string | Uint8Array) => (written[to] += Buffer.from(content).toString()),
  })
  const status = await runRealign(args, {
    env: ledger.env,
    clock: systemClock,
    signal: new AbortController().signal,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  })
  return { status, ...written }
}

async function committed(): Promise<string[]> {
  const { kafkaAdmin, group, topic } = ledger.options
  const [offsets] = await kafkaAdmin.fetchOffsets({ groupId: group, topics: [topic] })
  return offsets!.partitions
    .toSorted((a, b) => a.partition - b.partition)
    .map(({ offset, metadata }) => `${offset}${metadata ?? ''}`)
}

const logins = (count: number) => Array.from({ length: count }, () => onDay())

test('partitions that a restore has set back go on where ClickHouse ends, and a pending range is left as it is', async () => {
  await ledger.publish(0, 20)
  await ledger.publish(1, 20)
  await ledger.publish(2, 20)
  await ledger.accept(logins(5), 0, 0)
  await ledger.setAside(5, 0)
  await ledger.commit(12, { partition: 0 })
  await ledger.accept(logins(3), 0, 1)
  const pending = pendingMetadata({ last: 9, window_offsets: 10, contract: 1 })
  await ledger.commit(2, { partition: 1, metadata: pending })
  await ledger.commit(7, { partition: 2 })
  await ledger.leave()

  const before = ['12', `2${pending}`, '7']
  expect(JSON.parse((await run('--dry-run', '--format', 'json')).stdout)).toEqual({
    dryRun: true,
    partitions: [
      { partition: 0, committed: 12, next: 6, isChanged: true },
      { partition: 1, committed: 2, next: 2, isChanged: false },
      { partition: 2, committed: 7, next: 0, isChanged: true },
    ],
  })
  expect(await committed()).toEqual(before)
  const { status, stdout } = await run()
  expect(status).toBe(0)
  expect(stdout).toMatch(/^ *0 +12 +6$/m)
  expect(stdout).toContain('2 of 3 partitions are set.')
  expect(await committed()).toEqual(['6', `2${pending}`, '0'])
  expect((await run()).stdout).toContain('The group and the database belong together: nothing to set.')
})

test('a group that has expired goes on where ClickHouse ends', async () => {
  await ledger.publish(0, 20)
  await ledger.accept(logins(5), 0, 0)
  await ledger.leave()
  await run()
  expect((await committed())[0]).toBe('5')
})

test.each([
  ['group_active', async () => undefined],
  [
    'rows_torn',
    async () => {
      await ledger.accept(logins(3), 0)
      await ledger.setAside(9)
      await ledger.leave()
    },
  ],
  [
    'log_differs',
    async () => {
      await ledger.accept(logins(21), 0)
      await ledger.leave()
    },
  ],
  [
    'log_differs',
    async () => {
      await ledger.accept(logins(5), 0)
      await ledger.sql('ALTER TABLE events UPDATE ingested_at = now64(3) - INTERVAL 1 DAY WHERE true')
      await ledger.leave()
    },
  ],
  [
    'offset_gap',
    async () => {
      const { kafkaAdmin, topic } = ledger.options
      await kafkaAdmin.fetchTopicOffsets(topic) // kafkajs asks a broker where the topic is
      await kafkaAdmin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '8' }] })
      await ledger.leave()
    },
  ],
  [
    'offset_gap',
    async () => {
      await ledger.accept(logins(5), 0)
      const { kafkaAdmin, topic } = ledger.options
      await kafkaAdmin.fetchTopicOffsets(topic) // kafkajs asks a broker where the topic is
      await kafkaAdmin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '8' }] })
      await ledger.leave()
    },
  ],
])('%s is refused, and nothing is set', async (code, arrange) => {
  await ledger.publish(0, 20)
  await ledger.commit(12)
  await arrange()
  await expect(run()).rejects.toMatchObject({ code })
  expect((await committed())[0]).toBe('12')
})
