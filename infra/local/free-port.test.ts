import { createServer, type Server } from 'node:net'
import { once } from 'node:events'

import { afterEach, expect, test } from 'vitest'

import { choosePort, HOST } from './free-port.ts'

const listening: Server[] = []

afterEach(() => {
  for (const server of listening.splice(0)) server.close()
})

async function listenOn(port: number): Promise<void> {
  const server = createServer().listen(port, HOST)
  await once(server, 'listening')
  listening.push(server)
}

test('a port that was asked for and is taken is an error that names it and the option', async () => {
  const port = await choosePort(undefined, '--kafka-port')
  await listenOn(port)
  await expect(choosePort(port, '--kafka-port')).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining(`port ${port} (--kafka-port)`) as string,
  })
})

test('a port that was asked for and is free is given, also again', async () => {
  const port = await choosePort(undefined, '--kafka-port')
  expect(await choosePort(port, '--kafka-port')).toBe(port)
})

test('the next free port is given when the usual one is taken', async () => {
  const port = await choosePort(undefined, '--kafka-port')
  await listenOn(port)
  expect(await choosePort({ from: port }, '--kafka-port')).toBeGreaterThan(port)
})

test('no two callers are given the same port before either listens', async () => {
  const from = await choosePort(undefined, '--kafka-port')
  const ports = await Promise.all(Array.from({ length: 20 }, async () => await choosePort({ from }, '--kafka-port')))
  expect(new Set(ports).size).toBe(ports.length)
})

test('ports are below those that systems give to outgoing connections', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, async () => await choosePort(undefined, '--kafka-port')))
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
