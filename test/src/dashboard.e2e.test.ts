import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { clickhouseVariables } from './program-environment.ts'
import { runToEnd, startProgram } from './run-program.ts'
import { DASHBOARD } from './programs.ts'

let database: TestDatabase
let directory: string
let env: Record<string, string>
beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-dashboard-'))
  env = {
    ...clickhouseVariables(database.connection),
    DASHBOARD_PORT: '0',
    ACCESS_RECORD_FILE: path.join(directory, 'access.jsonl'),
  }
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

test('it says where it is, serves the page and the API there, and ends on SIGTERM', async () => {
  const { child, output, ended } = startProgram(DASHBOARD, [], env)
  await expect.poll(() => output.stderr, { timeout: 20_000 }).toMatch(/the dashboard is at http:\S+\n/)
  const [, url = ''] = /the dashboard is at (\S+)/.exec(output.stderr) ?? []
  const page = await (await fetch(url)).text()
  const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? []
  const { headers } = await fetch(new URL(script, url))
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${url}/api/annual`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0, stdout: '' })
  expect(await readFile(env['ACCESS_RECORD_FILE']!, 'utf8')).toMatch(/^\{"time":.*"path":"\/api\/annual".*\}\n$/)
})

test('it does not start for others without a token, and says what to do', async () => {
  const { status, stderr } = await runToEnd(DASHBOARD, [], { ...env, DASHBOARD_HOST: '0.0.0.0' })
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /^caretally: wrong configuration: DASHBOARD_HOST, when others can reach it, needs DASHBOARD_TOKEN: [^\n]+\n$/,
  )
})

test('behind a port that only this machine reaches it needs no token, and answers nobody else', async () => {
  const { child, output, ended } = startProgram(DASHBOARD, [], {
    ...env,
    DASHBOARD_LISTEN_HOST: '0.0.0.0',
  })
  await expect.poll(() => output.stderr, { timeout: 20_000 }).toMatch(/the dashboard is at http:\S+\n/)
  const { port } = new URL(/the dashboard is at (\S+)/.exec(output.stderr)?.[1] ?? '')
  expect(await statusFor(port, `127.0.0.1:${port}`)).toBe(200)
  expect(await statusFor(port, 'dashboard.example.org')).toBe(421)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0 })
})

/** How a request to this machine is answered that names `host`. */
async function statusFor(port: string, host: string): Promise<number | undefined> {
  const asking = request({ host: '127.0.0.1', port, path: '/api/annual', headers: { host } }).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

test('a port that is taken is one clear line', async () => {
  const { port } = new URL(database.connection.url)
  const { status, stderr } = await runToEnd(DASHBOARD, [], { ...env, DASHBOARD_PORT: port })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^caretally: the dashboard cannot be served at 127\.0\.0\.1:\d+; .*DASHBOARD_PORT.*\n$/)
})
