import { createTestDatabase } from '@caretally/clickhouse/testing'
import { createTestTopic } from '@caretally/kafka/testing'
import { expect, test } from 'vitest'

import { readOperationsPage, sectionOf, statementsOf } from './operations-page.ts'
import { acknowledgedEvents } from './proven-events.ts'
import { clickhouseVariables } from './program-environment.ts'
import { runToEnd, startProgram } from './run-program.ts'
import { CONSUMER, PRODUCERS } from './programs.ts'

const WAIT = { timeout: 30_000, interval: 100 }
const DAYS = ['--scale', '10000', '--kinds', 'login']

test('portals with the old key and with the new one are counted side by side, and each pseudonym tells its key', async () => {
  await using topic = await createTestTopic({ partitions: 2 })
  await using database = await createTestDatabase()
  const { client } = database
  const kafka = { KAFKA_BROKERS: topic.brokers.join(','), KAFKA_TOPIC: topic.topic, LOG_LEVEL: 'warn' }
  const consumer = startProgram(CONSUMER, ['--workers', '1'], {
    ...kafka,
    KAFKA_GROUP: topic.topic,
    ...clickhouseVariables(database.connection),
  })
  const replay = (key: string, seed: string, from: string, to: string) =>
    runToEnd(PRODUCERS, ['replay', ...DAYS, '--seed', seed, '--from', from, '--to', to], {
      ...kafka,
      MEMBER_PSEUDONYM_KEY: key,
    })
  const ask = async <Row>(query: string): Promise<Row[]> =>
    (await client.query({ query, format: 'JSONEachRow' })).json()

  // A year under the first key, and the next one under a key that some portals have a week later. Each has events of its own:
  // the same ones would be duplicates where both keys put a member into the same partition.
  const replays = await Promise.all([
    replay('00'.repeat(32), '1', '2015-12-25', '2016-01-07'),
    replay(`2:${'11'.repeat(32)}`, '2', '2016-01-01', '2016-01-14'),
  ])
  expect(replays.map(({ status }) => status)).toEqual([0, 0])
  const published = replays.reduce((sum, { stdout }) => sum + acknowledgedEvents(stdout), 0)
  const counted = async () =>
    Number((await ask<{ events: string }>('SELECT sum(events) AS events FROM daily'))[0]!.events)
  await expect.poll(counted, WAIT).toBe(published)
  consumer.child.kill('SIGTERM')
  expect((await consumer.ended).status).toBe(0)

  const keys = await ask<{ version: string; first: string; last: string; members: string }>(
    `SELECT lower(hex(substring(subject, 1, 1))) AS version, toString(min(toDate(time, 'America/Los_Angeles'))) AS first,
       toString(max(toDate(time, 'America/Los_Angeles'))) AS last, uniqExact(subject) AS members
     FROM events GROUP BY version ORDER BY version`,
  )
  expect(keys).toMatchObject([
    { version: '01', first: '2015-12-25', last: '2016-01-07' },
    { version: '02', first: '2016-01-01', last: '2016-01-14' },
  ])
  const page = await readOperationsPage()
  const [told = ''] = statementsOf(sectionOf(page, 'Changing the pseudonym key'), 'SELECT')
  const versions = await ask<{ version: string }>(told)
  expect(versions.map(({ version }) => version).sort()).toEqual(['01', '02'])
  // nobody under one key is anybody under the other: whoever is seen under both counts twice in that month
  const [all] = await ask<{ members: string }>('SELECT uniqExact(subject) AS members FROM events')
  expect(Number(all!.members)).toBe(keys.reduce((sum, { members }) => sum + Number(members), 0))
})
