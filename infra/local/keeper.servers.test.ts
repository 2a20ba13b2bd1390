import { once } from 'node:events'
import { access, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import process from 'node:process'

import { expect, test } from 'vitest'

import { choosePort, HOST } from './free-port.ts'
import { keepServers, stopServers } from './keeper-control.ts'
import { findRunningServers, readRunningServers } from './running-servers.ts'
import { readStatus } from './server-status.ts'
import { isGroupThere, makeTestDirectory } from './servers.test-support.ts'

/** Not the usual ports: the developer who runs the tests may be using them. */
async function freePorts() {
  return { kafkaPort: await choosePort(undefined, ''), clickhousePort: await choosePort(undefined, '') }
}

test('kept servers are found, shown and stopped by others', async () => {
  await using directory = await makeTestDirectory()
  const root = directory.path
  const file = path.join(root, '.caretally', 'servers.json')
  expect(await readStatus(root)).toEqual({ status: 'stopped' })
  expect(await readRunningServers(root)).toBeUndefined()

  const ports = await freePorts()
  const { servers, alreadyRunning } = await keepServers({ root, ...ports })
  expect(alreadyRunning).toBe(false)
  expect(servers.kafka.brokers).toEqual([`127.0.0.1:${ports.kafkaPort}`])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await keepServers({ root })).toEqual({ servers, alreadyRunning: true })
  expect(await readRunningServers(root)).toEqual({
    KAFKA_BROKERS: `127.0.0.1:${ports.kafkaPort}`,
    CLICKHOUSE_URL: `http://127.0.0.1:${ports.clickhousePort}`,
    CLICKHOUSE_USER: 'caretally',
    CLICKHOUSE_PASSWORD: await readFile(servers.clickhouse.passwordFile, 'utf8'),
  })

  const status = await readStatus(root)
  expect(status).toMatchObject({ status: 'running', pid: servers.pid, kafka: { topics: 0 } })
  expect(JSON.stringify(status)).not.toContain(servers.clickhouse.password)
  for (const { password } of Object.values(servers.clickhouse.users))
    expect(JSON.stringify(status)).not.toContain(password)

  expect(await stopServers(root)).toBe(true)
  await expect.poll(() => [servers.clickhouse.pid, ...servers.kafka.pids].filter(isGroupThere)).toEqual([])
  expect(await stopServers(root)).toBe(false)
  await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' })

  // another process has been given the number of the keeper that has ended: it is left alone
  await writeFile(file, JSON.stringify({ ...servers, pid: process.pid }))
  expect(await stopServers(root)).toBe(false)
})

test('what a killed keeper has left behind is noticed and removed, and its servers end', async () => {
  await using directory = await makeTestDirectory()
  const root = directory.path
  const { servers } = await keepServers({ root, ...(await freePorts()) })
  process.kill(servers.pid, 'SIGKILL')
  await expect.poll(async () => await findRunningServers(root)).toBeUndefined()
  await expect(access(path.join(root, '.caretally', 'servers.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect
    .poll(() => [servers.clickhouse.pid, ...servers.kafka.pids].filter(isGroupThere), { timeout: 20_000 })
    .toEqual([])
})

test('a port that is taken is an error that names it, and nothing is left running', async () => {
  await using directory = await makeTestDirectory()
  const root = directory.path
  const { kafkaPort, clickhousePort } = await freePorts()
  await using other = createServer().listen(kafkaPort, HOST)
  await once(other, 'listening')
  await expect(keepServers({ root, kafkaPort, clickhousePort })).rejects.toMatchObject({
    code: 'port_taken',
    message: `port ${kafkaPort} (--kafka-port) is taken`,
  })
  expect(await readStatus(root)).toEqual({ status: 'stopped' })
})

test('a start that is given up leaves nothing running', async () => {
  await using directory = await makeTestDirectory()
  const root = directory.path
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const starting = keepServers({
    root,
    ...(await freePorts()),
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  })
  await expect(starting).rejects.toBe(reason)
  expect(await readStatus(root)).toEqual({ status: 'stopped' })
})
