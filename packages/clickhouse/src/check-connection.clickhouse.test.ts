import { createServer } from 'node:http'
import { createServer as createSocketServer, type Server } from 'node:net'

import { expect, inject, test } from 'vitest'

import { checkConnection } from './check-connection.ts'

const connection = { ...inject('clickhouse'), database: 'never_made' }

test('a server that knows us is accepted although the database does not exist yet', async () => {
  await checkConnection(connection)
})

test('a wrong password is told as such, with the address', async () => {
  await expect(checkConnection({ ...connection, password: 'wrong' })).rejects.toMatchObject({
    code: 'clickhouse_wrong_password',
    message: expect.stringContaining(connection.url),
    retriable: false,
  })
})

test('an address where nothing listens is told within seconds', async () => {
  const server = await listen(createSocketServer())
  const url = addressOf(server)
  await new Promise((resolve) => server.close(resolve))
  await expect(checkConnection({ ...connection, url })).rejects.toMatchObject({
    code: 'clickhouse_unreachable',
    message: expect.stringMatching(new RegExp(` at ${url} \\(ECONNREFUSED\\)$`)),
  })
})

test('an address that accepts and never answers is told within seconds', { timeout: 10_000 }, async () => {
  const server = await listen(createSocketServer())
  await expect(checkConnection({ ...connection, url: addressOf(server) })).rejects.toMatchObject({
    code: 'clickhouse_unreachable',
    retriable: true,
  })
  server.close()
})

test.each([
  ['a page of another program', '<html>hello</html>', 'clickhouse_unreachable'],
  ['an old version', '{"version":"25.8.1.1"}\n', 'clickhouse_too_old'],
])('%s is refused', async (_, body, code) => {
  const server = await listen(createServer((_, response) => response.end(body)))
  await expect(checkConnection({ ...connection, url: addressOf(server) })).rejects.toMatchObject({ code })
  server.close()
})

function listen<Kind extends Server>(server: Kind): Promise<Kind> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return `http://127.0.0.1:${address.port}`
}
