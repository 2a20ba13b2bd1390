import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { countRecords, createTestTopic, type TestTopic } from '@caretally/kafka/testing'
import { readTally } from '@caretally/producers'
import { expect, test } from 'vitest'

import { runToEnd, startProgram } from './run-program.ts'
import { PRODUCERS } from './programs.ts'

const DAYS = ['--from', '2016-01-01', '--to', '2016-01-10']

const environment = ({ brokers, topic }: TestTopic) => ({
  KAFKA_BROKERS: brokers.join(','),
  KAFKA_TOPIC: topic,
  MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
  LOG_LEVEL: 'warn',
})

/** Replays to a topic of its own; the tally that the program has written, and how many records the topic has. */
async function replayed(...args: string[]) {
  await using topic = await createTestTopic({ partitions: 3 })
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-replay-'))
  const file = path.join(directory, 'tally.json')
  const ended = await runToEnd(PRODUCERS, ['replay', ...args, '--tally', file], environment(topic))
  const tally = readTally(JSON.parse(await readFile(file, 'utf8')))
  await rm(directory, { recursive: true })
  return { ended, tally, records: await countRecords(topic) }
}

test.concurrent('three workers publish the events that one publishes', async () => {
  const alone = await replayed(...DAYS)
  const shared = await replayed(...DAYS, '--workers', '3')
  expect(shared.ended).toMatchObject({ status: 0, stderr: '' })
  expect(shared.tally.toJSON()).toEqual(alone.tally.toJSON())
  expect(shared.records).toBe(alone.records)
  expect(shared.ended.stdout).toContain(`${shared.tally.total.toLocaleString('en')} events acknowledged`)
})

test.concurrent('what is wrong for one worker is said in one line, and ends all', async () => {
  const { ended, records } = await replayed('--from', '2016-12-25', '--to', '2017-01-05', '--workers', '2')
  expect(ended.status).toBe(1)
  expect(ended.stderr.trim().split('\n')).toHaveLength(1)
  expect(ended.stderr).toContain('does not cover 2017')
  expect(records).toBe(0)
})

test.concurrent('a replay that cannot begin leaves the tally of an earlier one alone', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-replay-'))
  const file = path.join(directory, 'tally.json')
  await writeFile(file, 'of an earlier one')
  for (const workers of ['1', '2']) {
    const { status } = await runToEnd(PRODUCERS, ['replay', '--workers', workers, '--tally', file], {})
    expect(status).toBe(1)
  }
  expect(await readFile(file, 'utf8')).toBe('of an earlier one')
  await rm(directory, { recursive: true })
})

test.concurrent('workers that are asked to stop say what they have published', async () => {
  await using topic = await createTestTopic({ partitions: 3 })
  const { child, ended } = startProgram(PRODUCERS, ['replay', '--workers', '2', '--scale', '100'], environment(topic))
  await expect.poll(() => countRecords(topic), { timeout: 30_000, interval: 50 }).toBeGreaterThan(0)
  child.kill('SIGTERM')
  const { status, stderr } = await ended
  expect(status).toBe(1)
  const [, count] = /interrupted after ([\d,]+) events; run the same command again/.exec(stderr) ?? []
  expect(Number(count?.replaceAll(',', ''))).toBe(await countRecords(topic))
})
