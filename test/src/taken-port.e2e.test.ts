// Only with INFRA=local: npm run up starts local servers
import { createServer } from 'node:net'

import { expect, test } from 'vitest'

import { runToEnd } from './run-program.ts'

test('a port that was asked for is taken by something else', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const env = { PATH: process.env['PATH'] ?? '', INFRA: 'local' }
  const { status, stderr } = await runToEnd('scripts/dist/up.js', ['--kafka-port', port], env)
  server.close()
  expect(stderr).toMatch(new RegExp(`port ${port} \\(--kafka-port\\)`))
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('caretally: starting ')),
  ).toHaveLength(1)
  expect(status).not.toBe(0)
})
