// Only with INFRA=local: its certificate is made by the keytool of Java, which nobody needs with Docker

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, inject, test } from 'vitest'

import { makeCertificate } from './broker-certificate.ts'
import { openTlsFront } from './tls-front.ts'

const REFUSED_WITHIN_MS = 20_000
/** Connects as the consumer does; in a process of its own, which can be ended should it hang. */
const CONNECT = `
  import { readFileSync } from 'node:fs'
  import { openConnections } from '@caretally/kafka'
  const [port, ca] = process.argv.slice(1)
  const { socketFactory } = openConnections()
  const socket = socketFactory({ host: '127.0.0.1', port: Number(port), ssl: { ca: readFileSync(ca) }, onConnect() {} })
  socket.on('error', ({ message }) => console.log(message))
  socket.resume()
  socket.write('GET /ping HTTP/1.1\\r\\nHost: kafka\\r\\n\\r\\n')
`

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-not-kafka-'))
})
afterAll(async () => await rm(directory, { recursive: true }))

test('what speaks TLS and is not Kafka is left at once', async () => {
  const keystore = { file: path.join(directory, 'server.p12'), password: 'of-the-keystore' }
  const certificate = await makeCertificate(keystore)
  await using front = await openTlsFront(keystore, new URL(inject('clickhouse').url))
  const args = ['--input-type=module', '--eval', CONNECT, String(front.port), certificate]
  const options = { cwd: import.meta.dirname, timeout: REFUSED_WITHIN_MS, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(process.execPath, args, options)
  expect(stdout).toBe(`an answer of ${Buffer.from('HTTP').readInt32BE()} bytes is none of Kafka\n`)
})
