import { once } from 'node:events'
import { createServer } from 'node:net'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { createMetrics, mergeMetrics } from './metrics.ts'
import { metricsEnvironment, metricsPlaceFrom, serveMetrics } from './serve-metrics.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

async function takePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const release = async () => {
    server.close()
    await once(server, 'close')
  }
  return { port: address.port, release }
}

/** A server whose state a test may change. */
async function openServer() {
  const { port, release } = await takePort()
  await release()
  const metrics = createMetrics('test')
  const stopping = new AbortController()
  const state: { unready?: string | undefined; dead?: string } = {}
  const health = { whyNotReady: () => state.unready, whyNotAlive: () => state.dead }
  const server = await serveMetrics({ metrics, health }, { port, logger, signal: stopping.signal })
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return [response.status, await response.text()]
  }
  return { metrics, stopping, state, get, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('metrics are served under the program’s name, with those of the process', async () => {
  await using server = await openServer()
  server.metrics.counter({ name: 'things_total', help: 'Things', labels: ['kind'] }).inc({ kind: 'good' }, 3)
  const [status, text] = await server.get('/metrics')
  expect(status).toBe(200)
  expect(text).toContain('caretally_test_things_total{kind="good"} 3\n')
  expect(text).toContain('process_cpu_seconds_total')
})

test('what somebody else counts is asked for at each request, also in a snapshot', async () => {
  const metrics = createMetrics('test')
  let count = 1
  metrics.readCounter({ name: 'read_total', help: 'Read' }, () => count)
  metrics.readGauge({ name: 'read', help: 'Read', merge: 'min' }, () => Promise.resolve(count))
  expect(await metrics.render()).toMatch(/^caretally_test_read_total 1$/m)
  count = 3
  expect(await metrics.render()).toMatch(/^caretally_test_read_total 3$/m)
  const first = await metrics.snapshot()
  count = 5
  const merged = await mergeMetrics([first, await metrics.snapshot()])
  expect(merged).toMatch(/^caretally_test_read_total 8$/m)
  expect(merged).toMatch(/^caretally_test_read 3$/m)
})

test('two sets of metrics have nothing in common', async () => {
  const [one, other] = [createMetrics('same'), createMetrics('same')]
  one.counter({ name: 'things_total', help: 'Things' }).inc()
  other.counter({ name: 'things_total', help: 'Things' })
  expect(await other.render()).toContain('caretally_same_things_total 0\n')
})

test('health is asked for at each request, and a program that is stopping is not ready', async () => {
  await using server = await openServer()
  expect(await server.get('/livez')).toEqual([200, 'ok\n'])
  expect(await server.get('/readyz')).toEqual([200, 'ok\n'])
  server.state.unready = 'loading'
  server.state.dead = 'silent'
  expect(await server.get('/livez')).toEqual([503, 'silent\n'])
  expect(await server.get('/readyz')).toEqual([503, 'loading\n'])
  server.state.unready = undefined
  server.stopping.abort()
  expect(await server.get('/readyz')).toEqual([503, 'stopping\n'])
  expect((await server.get('/constructor'))[0]).toBe(404)
})

test('a port that is taken is one clear error', async () => {
  const { port, release } = await takePort()
  const health = { whyNotReady: () => undefined, whyNotAlive: () => undefined }
  const { signal } = new AbortController()
  await expect(
    serveMetrics({ metrics: createMetrics('test'), health }, { port, logger, signal }),
  ).rejects.toMatchObject({
    code: 'metrics_not_served',
    message: `metrics cannot be served at 127.0.0.1:${port}`,
  })
  await release()
})

test('nothing is served without METRICS_PORT', () => {
  expect(metricsPlaceFrom({ METRICS_HOST: '127.0.0.1' })).toBeUndefined()
  expect(metricsPlaceFrom({ METRICS_PORT: 9_464, METRICS_HOST: '::' })).toEqual({ port: 9_464, host: '::' })
})

test('METRICS_PORT has to be a port', () => {
  const read = (METRICS_PORT: string) => readConfig(z.object(metricsEnvironment), { METRICS_PORT })
  expect(read('9464')).toEqual({ METRICS_PORT: 9_464, METRICS_HOST: '127.0.0.1' })
  expect(read('')).toEqual({ METRICS_HOST: '127.0.0.1' })
  for (const wrong of ['0', '65536', '1.5', 'http', '-1']) {
    expect(() => read(wrong)).toThrow('wrong configuration: METRICS_PORT: must be a port')
  }
})
