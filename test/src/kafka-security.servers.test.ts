import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase } from '@caretally/clickhouse/testing'
import { BREAKER_LIMITS, RANGE_LIMITS, runConsumer } from '@caretally/consumer'
import { type Kafka, startKafka } from '@caretally/infra'
import {
  checkKafka,
  createKafka,
  ensureTopic,
  kafkaConnectionFrom,
  kafkaEnvironment,
  openPublisher,
} from '@caretally/kafka'
import { createLogger, type Environment, readConfig, toLine } from '@caretally/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { makeCertificate } from './broker-certificate.ts'
import { acknowledgedEvents, provenEvents } from './proven-events.ts'
import { clickhouseVariables } from './program-environment.ts'
import { runToEnd } from './run-program.ts'
import { MIGRATE, PRODUCERS } from './programs.ts'

const USER = { username: 'caretally', password: 'the-password' }
const CLIENT_ID = 'caretally-test'
const REFUSED_WITHIN_MS = 10_000

let directory = ''
let kafka: Kafka
let caFile = ''
let env: Record<string, string>

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-security-'))
  const keystore = { file: path.join(directory, 'broker.p12'), password: 'of-the-keystore' }
  caFile = await makeCertificate(keystore)
  kafka = await startKafka({ directory: path.join(directory, 'kafka'), security: { keystore, users: [USER] } })
  env = {
    KAFKA_BROKERS: kafka.nodes[0]?.secureAddress ?? '',
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: caFile,
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: USER.username,
    KAFKA_SASL_PASSWORD: USER.password,
  }
})

afterAll(async () => {
  await kafka.stop()
  await rm(directory, { recursive: true })
})

const connectionOf = (change: Environment) =>
  kafkaConnectionFrom(readConfig(z.object(kafkaEnvironment), { ...env, ...change }))

test.each(['plain', 'scram-sha-512'])(
  'with the right password by %s, what is published is in the topic',
  async (mechanism) => {
    const connection = connectionOf({ KAFKA_SASL_MECHANISM: mechanism })
    const logger = createLogger({ name: 'test', level: 'silent' })
    await checkKafka({ ...connection, clientId: CLIENT_ID })
    const client = createKafka({ ...connection, clientId: CLIENT_ID, logger })
    const topic = `test.${mechanism}`
    const admin = client.admin()
    await admin.connect()
    await ensureTopic(admin, {
      topic,
      partitions: 1,
      replicationFactor: 1,
      minInsyncReplicas: 1,
      retention_ms: 3_600_000,
    })
    await using publisher = await openPublisher({ kafka: client, topic, logger })
    await publisher.publish([{ key: 'key', value: Buffer.from('value') }])
    expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ partition: 0, high: '1' }])
    await admin.disconnect()
  },
)

test('every program gets in, and what one publishes another writes and a third finds complete', async () => {
  await using database = await createTestDatabase()
  const programEnv: Record<string, string> = {
    ...env,
    ...clickhouseVariables(database.connection),
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
  }
  const run = async (program: string, args: string[] = []) => {
    const { status, stdout, stderr } = await runToEnd(program, args, programEnv)
    expect([status, stderr]).toEqual([0, expect.any(String)])
    return stdout
  }
  await run(MIGRATE)
  const published = await run(PRODUCERS, ['live', '--rate', '20', '--seconds', '1'])
  const events = acknowledgedEvents(published)
  expect(events).toBeGreaterThan(0)
  const stopping = new AbortController()
  const consumer = runConsumer(
    {
      ...connectionOf({}),
      topic: 'portal.interactions',
      group: 'caretally.consumer',
      clickhouse: database.connection,
      timeZone: 'America/Los_Angeles',
      limits: RANGE_LIMITS,
      window_offsets: 1_000,
      breaker: BREAKER_LIMITS,
      fetch: {
        session_timeout_ms: 10_000,
        wait_ms: 100,
        bytes_min: 1,
        partition_bytes_max: 4 * 1024 * 1024,
        partitions_concurrent: 2,
      },
      logger: createLogger({ name: 'test', level: 'silent' }),
    },
    stopping.signal,
  )
  await expect.poll(() => provenEvents(programEnv), { timeout: 30_000 }).toBe(events)
  stopping.abort()
  await consumer
})

test.each([
  [
    'the password is wrong, by plain',
    { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'hunter2' },
    'kafka_unauthorized',
  ],
  ['the password is wrong, by scram', { KAFKA_SASL_PASSWORD: 'hunter2' }, 'kafka_unauthorized'],
  ['there is no such user', { KAFKA_SASL_USERNAME: 'hunter2' }, 'kafka_unauthorized'],
  ['the mechanism is not enabled', { KAFKA_SASL_MECHANISM: 'scram-sha-256' }, 'kafka_unauthorized'],
  ['the certificate’s authority is not known', { KAFKA_TLS_CA_FILE: '' }, 'kafka_untrusted'],
  [
    'no password is given',
    { KAFKA_SASL_MECHANISM: '', KAFKA_SASL_USERNAME: '', KAFKA_SASL_PASSWORD: '' },
    'kafka_unreachable',
  ],
  ['TLS is not used', { KAFKA_TLS: '', KAFKA_TLS_CA_FILE: '' }, 'kafka_unreachable'],
])('one clear line, soon, when %s', async (_, change, code) => {
  const start_ms = performance.now()
  const error = await checkKafka({ ...connectionOf(change), clientId: CLIENT_ID }).catch((error: unknown) => error)
  expect(error).toMatchObject({ code })
  expect(toLine(error)).toMatch(new RegExp(`^[^\n]*${env['KAFKA_BROKERS'] ?? ''}[^\n]*; [^\n]*KAFKA_[^\n]*$`))
  expect(toLine(error)).not.toMatch(/hunter2|the-password/)
  expect(performance.now() - start_ms).toBeLessThan(REFUSED_WITHIN_MS)
})

test('one clear line when another authority is trusted', async () => {
  const other = path.join(directory, 'other')
  await mkdir(other)
  const KAFKA_TLS_CA_FILE = await makeCertificate({ file: path.join(other, 'broker.p12'), password: 'of-the-other' })
  const checking = checkKafka({ ...connectionOf({ KAFKA_TLS_CA_FILE }), clientId: CLIENT_ID })
  await expect(checking).rejects.toMatchObject({
    code: 'kafka_untrusted',
    message: expect.stringContaining(env['KAFKA_BROKERS'] ?? ''),
    hint: expect.stringContaining('KAFKA_TLS_CA_FILE'),
  })
})

test(
  'a client that is refused does not try for ever',
  async () => {
    const logger = createLogger({ name: 'test', level: 'silent' })
    const connection = connectionOf({ KAFKA_SASL_PASSWORD: 'hunter2' })
    const opening = openPublisher({
      kafka: createKafka({ ...connection, clientId: CLIENT_ID, logger }),
      topic: 'test.refused',
      logger,
    })
    await expect(opening).rejects.toThrow('authentication failed')
  },
  REFUSED_WITHIN_MS,
)
