import { once } from 'node:events'
import { createServer } from 'node:net'

import { expect, test } from 'vitest'

import { answeringConnections } from './answering-connections.ts'

const PATIENCE = { silence_ms_max: 300, avoided_ms: 200 }

/** Answers a question, and nothing else. */
async function startServer() {
  const server = createServer((socket) => {
    socket.on('data', (bytes) => bytes.toString() === 'question' && socket.write('answer'))
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return { port: address.port, [Symbol.dispose]: () => void server.close() }
}

test('a connection is cut when what was sent has no answer, not while nothing is wanted, and its broker is avoided for a while', async () => {
  using server = await startServer()
  const factory = answeringConnections(PATIENCE)
  const open = async () => {
    const socket = factory({ host: '127.0.0.1', port: server.port, ssl: undefined as never, onConnect: () => {} })
    await once(socket, 'connect')
    return socket
  }
  const idle = await open()
  idle.write('question')
  await once(idle, 'data')

  const silent = await open()
  const start_ms = performance.now()
  silent.write('anything')
  const [error] = await once(silent, 'close').catch((reason: unknown) => [reason])
  expect(error).toMatchObject({ message: 'what was sent has no answer' })
  expect(performance.now() - start_ms).toBeGreaterThan(PATIENCE.silence_ms_max * 0.9)
  expect(idle.destroyed).toBe(false)
  idle.destroy()

  await expect(open()).rejects.toThrow('it was silent')
  await expect.poll(() => open().then((socket) => socket.destroy().destroyed, String)).toBe(true)
})
