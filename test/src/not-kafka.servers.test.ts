// Only with INFRA=local: its certificates are made by the keytool of Java, which nobody needs with Docker

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { makeCertificate } from './broker-certificate.ts'

/** More than is read at a time, so that some is left when the first of it is refused. */
const PAGE = `HTTP/1.1 400 Bad Request\r\n\r\n${' '.repeat(100_000)}`
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
`

let directory: string
let certificate: string
let server: Server

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-not-kafka-'))
  const keystore = { file: path.join(directory, 'server.p12'), password: 'of-the-keystore' }
  certificate = await makeCertificate(keystore)
  server = createServer({ pfx: await readFile(keystore.file), passphrase: keystore.password }, (socket) => {
    socket.on('error', () => undefined)
    socket.write(PAGE)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  server.close()
  await rm(directory, { recursive: true })
})

test('what speaks TLS and is not Kafka is left at once', async () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const args = ['--input-type=module', '--eval', CONNECT, String(port), certificate]
  const options = { cwd: import.meta.dirname, timeout: REFUSED_WITHIN_MS, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(process.execPath, args, options)
  expect(stdout).toBe(`an answer of ${Buffer.from('HTTP').readInt32BE()} bytes is none of Kafka\n`)
})
