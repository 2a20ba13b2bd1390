import { stat } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { readKafkaMetadata } from './kafka-metadata.ts'
import { type Servers, startServers } from './servers.ts'
import { createTopic, isGroupThere, makeTestDirectory, query } from './servers.test-support.ts'

async function topics({ kafka }: Servers): Promise<string[]> {
  return (await readKafkaMetadata(Number(kafka.brokers[0]?.split(':')[1]))).topics
}

test('two pairs of servers run side by side, keep their data over a kill and a stop, and leave nothing running', async () => {
  await using directories = await makeTestDirectory()
  const [one, other] = await Promise.all([
    startServers({ directory: `${directories.path}/one` }),
    startServers({ directory: `${directories.path}/other` }),
  ])
  const pids = [one, other].flatMap(({ kafka, clickhouse }) => [kafka.nodes[0]?.pid() ?? 0, clickhouse.pid() ?? 0])
  expect(pids.map(isGroupThere)).toEqual([true, true, true, true])
  await other.stop()
  expect(await query(one.clickhouse, 'SELECT currentUser()')).toBe('caretally')
  await createTopic(one.kafka.brokers, 'kept')
  await query(one.clickhouse, 'CREATE DATABASE kept ENGINE = Atomic')
  await query(one.clickhouse, 'CREATE TABLE kept.numbers (number UInt64) ENGINE = MergeTree ORDER BY number')
  await query(one.clickhouse, 'INSERT INTO kept.numbers SELECT number FROM numbers(1000)')

  for (const end of ['kill', 'stop'] as const) {
    const servers = [...one.kafka.nodes, one.clickhouse]
    await Promise.all(servers.map(async (server) => await server[end]()))
    expect(servers.map((server) => server.pid())).toEqual([undefined, undefined])
    await Promise.all(servers.map(async (server) => await server.start()))
    expect(await topics(one)).toEqual(['kept'])
    expect(await query(one.clickhouse, 'SELECT count() FROM kept.numbers')).toBe('1000')
  }

  await one.stop()
  await expect.poll(() => pids.map(isGroupThere)).toEqual([false, false, false, false])
})

test('a second start in the same directory says why it fails and where to look, and does no harm', async () => {
  await using directory = await makeTestDirectory()
  await using servers = await startServers({ directory: directory.path })
  await expect(startServers({ directory: directory.path })).rejects.toMatchObject({
    code: 'server_not_started',
    message: expect.stringMatching(
      /^(Kafka|ClickHouse) did not start: another server is running in its directory$/,
    ) as string,
    hint: expect.stringMatching(/^see .*\.log$/) as string,
  })
  expect(await topics(servers)).toEqual([])
  expect(await query(servers.clickhouse, 'SELECT 1')).toBe('1')
})

test('a start that is given up leaves nothing running', async () => {
  await using directory = await makeTestDirectory()
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const starting = startServers({ directory: directory.path, signal: controller.signal })
  // ClickHouse is up in half a second; Kafka is then still starting.
  await expect
    .poll(async () => await isThere(`${directory.path}/clickhouse/data/status`), { timeout: 20_000 })
    .toBe(true)
  controller.abort(reason)
  await expect(starting).rejects.toBe(reason)
  await using again = await startServers({ directory: directory.path })
  expect(await topics(again)).toEqual([])
})

test('nobody can query ClickHouse without the password, be it as the engine’s own user', async () => {
  await using directory = await makeTestDirectory()
  await using servers = await startServers({ directory: directory.path })
  const { url, username, passwordFile } = servers.clickhouse
  expect((await stat(passwordFile)).mode & 0o777).toBe(0o600)
  expect(await query({ url, username, password: '' }, 'SELECT 1')).toContain('AUTHENTICATION_FAILED')
  for (const sql of ['SELECT 1', "SELECT file('/etc/hostname')", 'SYSTEM STOP LISTEN HTTP']) {
    expect(await query({ url, username: 'default', password: '' }, sql)).toContain('USER_SESSION_LIMIT_EXCEEDED')
  }
})

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  )
}
